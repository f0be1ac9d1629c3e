"""What can be configured, and where it is found; imports no other room, and only the desk loads it."""

from crawler.config.load import find_config, load_config, user_folder
from crawler.config.mend import closest, not_watched, template
from crawler.config.model import (
    AlertConfig,
    Config,
    DeskConfig,
    FetchConfig,
    MailConfig,
    RecipientConfig,
    ScheduleConfig,
    SourceConfig,
    StorageConfig,
)

__all__ = [
    "AlertConfig",
    "Config",
    "DeskConfig",
    "FetchConfig",
    "MailConfig",
    "RecipientConfig",
    "ScheduleConfig",
    "SourceConfig",
    "StorageConfig",
    "closest",
    "find_config",
    "load_config",
    "not_watched",
    "template",
    "user_folder",
]
