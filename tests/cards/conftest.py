"""Generated texts may take their time: the machine that runs the tests may be a busy one."""

from hypothesis import settings

settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")
