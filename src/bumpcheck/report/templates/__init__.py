"""The reports to hand over: what they tell (`content`), and the templates it is filled into."""
