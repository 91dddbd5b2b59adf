"""Schedules, one file each: functions ``f(t, *, parameters)`` of the step t = 1, 2, …; the file's name is the schedule's name."""
