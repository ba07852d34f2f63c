"""Floor 4: briefing. 今日 and the daily sheet, from the figures that rooms register."""
