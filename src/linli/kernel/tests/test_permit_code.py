"""The permit code: vectors, an independent COSE library, and everything that a camera can make of a card."""

import json
from uuid import UUID

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cwt import COSE, COSEKey
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel import base45, cbor_read
from linli.kernel import permit_code as code
from linli.kernel.tests import permit_vectors as made

KEYS = {made.KID: made.KEY.public_key()}
GOOD = code.encode(made.CLAIMS, kid=made.KID, private_key=made.KEY)
FILE = json.loads(made.FILE.read_text("utf-8"))
numbers = st.integers(min_value=0, max_value=2**32 - 2)
claims_sets = st.builds(
    lambda card, permit, place, gates, klass, start, length, gate: code.PermitClaims(
        card, permit, place, gates, klass, start, min(start + length, 2**32 - 1), gate
    ),
    st.uuids(),
    st.uuids(),
    numbers,
    st.none() | numbers,
    st.sampled_from(code.KLASSES),
    numbers,
    st.integers(1, 10**8),
    st.none() | numbers,
)


@pytest.mark.parametrize("vector", FILE["vectors"], ids=lambda vector: vector["name"])
def test_vector(vector: dict) -> None:
    verdict = code.decode(vector["text"], KEYS, now=vector["now"])
    assert verdict.status == vector["status"]
    assert verdict.kid == vector["kid"]
    assert (verdict.claims is None) == (vector["claims"] is None)
    if verdict.claims is not None:
        expected = {**vector["claims"], "card": UUID(vector["claims"]["card"])}
        assert vars(verdict.claims) == {**expected, "permit": UUID(vector["claims"]["permit"])}


def test_vectors_file_is_what_the_code_makes_and_has_every_status() -> None:
    assert made.build() == FILE
    assert {vector["status"] for vector in FILE["vectors"]} == {status.value for status in code.Status}


def test_payload_over_255_bytes_verifies_and_the_printer_refuses_it() -> None:
    text = next(vector["text"] for vector in FILE["vectors"] if vector["name"] == "payload over 255 bytes")
    payload = cbor2.loads(base45.decode(text.removeprefix(code.PREFIX))).value[2]
    assert len(payload) > 255
    with pytest.raises(code.TooLargeToPrint):
        code.qr_size(text)


def test_every_beginning_of_a_code_is_truncated() -> None:
    for length in range(len(code.PREFIX), len(GOOD)):
        assert code.decode(GOOD[:length], KEYS, now=made.DURING).status is code.Status.TRUNCATED, length


def test_no_single_wrong_character_verifies() -> None:
    for position in range(len(GOOD)):
        other = "0" if GOOD[position] != "0" else "1"
        verdict = code.decode(GOOD[:position] + other + GOOD[position + 1 :], KEYS, now=made.DURING)
        assert verdict.status not in {code.Status.VALID, code.Status.NOT_YET, code.Status.EXPIRED}
        assert verdict.claims is None


@given(claims_sets)
def test_what_is_made_is_read_back(claims: code.PermitClaims) -> None:
    text = code.encode(claims, kid="k-1", private_key=made.KEY)
    verdict = code.decode(text, {"k-1": made.KEY.public_key()}, now=claims.not_before)
    assert verdict == code.Verified(code.Status.VALID, claims, "k-1")
    assert text == code.encode(claims, kid="k-1", private_key=made.KEY)


@settings(max_examples=300)
@given(st.text() | st.text(alphabet=base45.ALPHABET).map(lambda text: code.PREFIX + text))
def test_any_text_gets_a_status(text: str) -> None:
    assert code.decode(text, KEYS, now=0).status in code.Status


@settings(max_examples=400)
@given(st.binary(max_size=200))
def test_any_bytes_get_a_status(data: bytes) -> None:
    assert code.decode(code.PREFIX + base45.encode(data), KEYS, now=0).claims is None


values = st.recursive(
    st.none() | st.integers(-(2**53), 2**53 - 1) | st.binary(max_size=20) | st.text(max_size=9) | st.floats(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.integers(-9, 9), inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=300)
@given(values, values)
def test_any_signed_payload_and_any_message_get_a_status(payload: object, message: object) -> None:
    signed = code.sign_payload(cbor2.dumps(payload), kid=made.KID, private_key=made.KEY)
    assert code.decode(signed, KEYS, now=0).status in code.Status
    text = code.PREFIX + base45.encode(cbor2.dumps(cbor2.CBORTag(18, message)))
    assert code.decode(text, KEYS, now=0).claims is None


@given(st.dictionaries(st.sampled_from([4, 5, 7, code.CLAIM_PERMIT]), values, max_size=4))
def test_signed_claims_of_any_type_get_a_status(changes: dict) -> None:
    claims = cbor2.loads(code.payload_of(made.CLAIMS)) | changes
    signed = code.sign_payload(cbor2.dumps(claims), kid=made.KID, private_key=made.KEY)
    assert code.decode(signed, KEYS, now=made.DURING).status in code.Status


@given(values)
def test_small_reader_agrees_with_cbor2(value: object) -> None:
    data = cbor2.dumps(value, canonical=True)
    try:
        found = cbor_read.read(data)
    except cbor_read.CborError:
        assert b"\xfa" in data or b"\xfb" in data or b"\xf9" in data or data.count(b"\x81") > cbor_read.MAX_DEPTH
        return
    assert found == value


def test_an_independent_cose_library_verifies_ours() -> None:
    pem = made.KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    key = COSEKey.from_pem(pem.decode(), kid=made.KID)
    payload = COSE.new().decode(base45.decode(GOOD.removeprefix(code.PREFIX)), key)
    claims = payload if isinstance(payload, dict) else cbor2.loads(payload)
    assert claims[7] == made.CLAIMS.card.bytes


def test_we_verify_an_independent_cose_library() -> None:
    pem = made.KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key = COSEKey.from_pem(pem.decode(), kid=made.KID)
    protected = {1: -7, 4: made.KID.encode()}
    data = COSE.new().encode_and_sign(code.payload_of(made.CLAIMS), key, protected=protected, unprotected={})
    verdict = code.decode(code.PREFIX + base45.encode(data), KEYS, now=made.DURING)
    assert verdict == code.Verified(code.Status.VALID, made.CLAIMS, made.KID)


def test_a_code_fits_version_8_at_level_m_with_large_ids() -> None:
    claims = code.PermitClaims(made.CLAIMS.card, made.CLAIMS.permit, 65535, 65535, "visitor", 2**31, 2**32 - 1)
    assert code.qr_size(code.encode(claims, kid="20A", private_key=made.KEY)) == (8, "M")
    beyond = code.PermitClaims(made.CLAIMS.card, made.CLAIMS.permit, 65536, 65536, "visitor", 2**31, 2**32 - 1)
    assert code.qr_size(code.encode(beyond, kid="20A", private_key=made.KEY)) == (8, "L")
    with pytest.raises(code.TooLargeToPrint):
        code.qr_size("lower case")


@pytest.mark.parametrize(
    "change",
    [
        {"klass": "king"},
        {"neighbourhood": -1},
        {"gates": 2**32},
        {"gate": 2**32},
        {"expires": made.NOT_BEFORE},
        {"not_before": -5},
    ],
)
def test_impossible_claims_are_not_signed(change: dict) -> None:
    with pytest.raises(ValueError):
        code.encode(code.PermitClaims(**{**vars(made.CLAIMS), **change}), kid="A", private_key=made.KEY)


def test_impossible_keys_are_refused() -> None:
    other_curve = ec.generate_private_key(ec.SECP384R1())
    for kid, key in (("", made.KEY), ("123456789", made.KEY), ("钥", made.KEY), ("A", other_curve)):
        with pytest.raises(ValueError):
            code.encode(made.CLAIMS, kid=kid, private_key=key)
    verdict = code.decode(GOOD, {made.KID: other_curve.public_key()}, now=made.DURING)
    assert verdict.status is code.Status.UNKNOWN_KEY


def test_looks_like() -> None:
    assert code.looks_like(GOOD)
    assert code.looks_like("\nLINLI9:AB")
    assert not code.looks_like("HC1:ABC")


@given(st.binary(max_size=80))
def test_base45_there_and_back(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@pytest.mark.parametrize(("text", "data"), [("BB8", b"AB"), ("%69 VD92EX0", b"Hello!!"), ("QED8WEX0", b"ietf!")])
def test_base45_examples_of_rfc_9285(text: str, data: bytes) -> None:
    assert base45.decode(text) == data
    assert base45.encode(data) == text


@pytest.mark.parametrize(("text", "cut"), [("GGW", False), ("a", False), ("A", True), ("::", True)])
def test_base45_refuses(text: str, cut: bool) -> None:
    with pytest.raises(base45.Base45Error) as caught:
        base45.decode(text)
    assert caught.value.cut is cut


@pytest.mark.parametrize(
    ("data", "cut"),
    [
        (b"", True),
        (b"\x18", True),
        (b"\x42a", True),
        (b"\x18\x10", False),
        (b"\x19\x00\xff", False),
        (b"\x1b\x00\x20\x00\x00\x00\x00\x00\x00", False),
        (b"\x1f", False),
        (b"\xf5", False),
        (b"\x61\xff", False),
        (b"\xa2\x01\x01\x01\x02", False),
        (b"\xa1\x41a\x01", False),
        (b"\x81" * 12, False),
        (b"\x01\x01", False),
    ],
)
def test_small_reader_refuses(data: bytes, cut: bool) -> None:
    with pytest.raises(cbor_read.CborError) as caught:
        cbor_read.read(data)
    assert caught.value.cut is cut
