"""Models, views, marking and grades behind the ECRM courseware (电子商务客户关系管理).

Imports run one way: models ← views ← notebooks, and models ← marking ← grades ← cli.
"""

__version__ = "0.1.0"
