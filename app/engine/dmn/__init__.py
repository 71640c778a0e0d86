"""Decision tables and requirement graphs of DMN, on the FEEL of this room."""
