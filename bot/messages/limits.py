"""Slack's limits, in characters unless said otherwise (published in its documentation, or seen in use)."""

BLOCKS_A_MESSAGE = 50
BLOCKS_A_VIEW = 100
ALL_TEXT_OF_A_MESSAGE = 10_000  # undocumented: msg_blocks_too_long was seen from 11,341 on
MESSAGE_TEXT = 4_000  # longer is split by Slack
SECTION_TEXT = 3_000
FIELD_TEXT = 2_000
FIELDS = 10
HEADER_TEXT = 150
MARKDOWN_TEXT = 12_000
ACTIONS_ELEMENTS = 25
CONTEXT_ELEMENTS = 10
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
URL = 3_000
IDENTIFIER = 255
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = {
    "static_select": 100,
    "multi_static_select": 100,
    "overflow": 5,
    "checkboxes": 10,
    "radio_buttons": 10,
}
PLACEHOLDER = 150
LABEL = 2_000
ALT_TEXT = 2_000
TABLES_A_MESSAGE = 1
TABLE_ROWS = 100
TABLE_COLUMNS = 20
VIEW_TITLE = 24
PRIVATE_METADATA = 3_000
VIEW_BYTES = 250_000
