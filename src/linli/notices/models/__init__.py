"""Tables of the notices, one file a subject."""

from linli.notices.models.channels import Channel, Delivery
from linli.notices.models.jobs import JobRun
from linli.notices.models.notices import Acknowledgement, Addressee, Notice, Telling

__all__ = ["Acknowledgement", "Addressee", "Channel", "Delivery", "JobRun", "Notice", "Telling"]
