"""The look and the parts of every page; knows no room and imports nothing of Linli."""
