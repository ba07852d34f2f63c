"""What a phone must and should be able to do at a gate, in both languages: the rows of the device check.

The page has no language switch because nobody is signed in on it: it says everything twice.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ability:
    """One row: ``must`` rows decide whether the phone can be a gate phone at all."""

    code: str
    must: bool
    zh: str
    en: str
    do_zh: str
    do_en: str


ABILITIES = (
    Ability(
        "browser",
        True,
        "浏览器够新，也不在别的应用里面",
        "The browser is new enough and not inside another app",
        "微信、钉钉里请点右上角“···”，选“在浏览器打开”。安卓用 Chrome 97 以上，苹果用 Safari 16.4 以上。",
        "Inside WeChat or DingTalk tap “···” and choose “Open in browser”. Android: Chrome 97 or later; iPhone: Safari 16.4 or later.",
    ),
    Ability(
        "secure",
        True,
        "安全连接（https）",
        "A secure connection (https)",
        "请按办公室给的安装单装上证书，再用 https 开头的地址打开。",
        "Install the certificate with the office's install sheet, then open the address that begins with https.",
    ),
    Ability(
        "crypto",
        True,
        "加密功能",
        "Cryptography",
        "先解决“安全连接”和“浏览器”两项。",
        "First settle the secure connection and the browser.",
    ),
    Ability(
        "store",
        True,
        "本机存储",
        "Storage on the phone",
        "不要用无痕模式。手机空间不足时，删掉一些照片或视频。",
        "Do not use private mode. If the phone is full, delete some photos or videos.",
    ),
    Ability(
        "worker",
        True,
        "离线时也能打开本页",
        "Opens without a network",
        "不要用无痕模式；先解决“安全连接”。",
        "Do not use private mode; first settle the secure connection.",
    ),
    Ability(
        "reader",
        True,
        "读码部件（WebAssembly）",
        "The code reader (WebAssembly)",
        "更新浏览器。苹果手机请关闭“锁定模式”，或把本站加为例外。",
        "Update the browser. On an iPhone switch Lockdown Mode off or make this site an exception.",
    ),
    Ability(
        "camera",
        False,
        "摄像头",
        "Camera",
        "点下面的“试一试摄像头”，手机问的时候选“允许”。没有摄像头可以接扫码枪，或按房号查。",
        "Tap “Try the camera” below and choose “Allow”. Without a camera use a hand scanner or look up by room.",
    ),
    Ability(
        "torch",
        False,
        "开灯扫码",
        "Light for reading in the dark",
        "这部手机的浏览器不能开灯。晚上用手电筒或门岗的灯。",
        "This browser cannot switch the light on. At night use a torch or the lamp at the gate.",
    ),
    Ability(
        "persist",
        False,
        "浏览器答应不自动清除记录",
        "The browser promises to keep the records",
        "把门岗页放到主屏幕，再从主屏幕打开。",
        "Put the gate page on the home screen and open it from there.",
    ),
    Ability(
        "wake",
        False,
        "屏幕不自动熄灭",
        "The screen stays on",
        "在手机设置里把自动锁屏改成五分钟以上。",
        "Set the phone's automatic lock to five minutes or more.",
    ),
    Ability(
        "vibrate",
        False,
        "振动提示",
        "Vibration",
        "没有也行，还有声音和画面。",
        "Not needed: there are sound and picture.",
    ),
    Ability(
        "clock",
        False,
        "手机时间准确",
        "The phone's clock is right",
        "在手机设置里打开“自动设置时间”。",
        "Switch on automatic time in the phone's settings.",
    ),
)
