"""What everything else speaks of: places, findings, the outcome of a run. Pure data."""
