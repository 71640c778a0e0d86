"""What people do with the rows of registers: list, read, add, change, import, export."""
