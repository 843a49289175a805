"""Having: what somebody is given, hands on, drops, picks up, puts on and takes off."""
