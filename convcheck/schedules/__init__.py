"""Schedules, one file each: functions ``f(t, *, parameters)`` of the step; the file's name is the schedule's name."""
