"""Linli (邻里): who is responsible for what, and has it been done?"""

__version__ = "0.1.0"
