"""Tables of the daily sheet."""

from linli.briefing.models.sheets import Sending, Sheet, SheetHour

__all__ = ["Sending", "Sheet", "SheetHour"]
