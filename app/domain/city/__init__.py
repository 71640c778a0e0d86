"""The city as it is generated from files: units, areas, people and who is on duty."""
