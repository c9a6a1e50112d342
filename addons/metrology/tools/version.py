# SPDX-License-Identifier: AGPL-3.0-only
"""The version of the engine, kept beside every value it computed.

Raise the first number when a published result may change, the second when something is
added, the third for corrections that cannot change a result.
"""

ENGINE_VERSION = "1.0.0"
