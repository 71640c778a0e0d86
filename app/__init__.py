"""Yongzhi: a city's grassroots governance as processes.

The floor plan, imports go downstairs only::

    bootstrap                      wires the rooms together
    web | live | scheduler | cli   Flask, the metronome, commands
    usecases                       one verb, one file, one transaction
    engine | store | ports         SpiffWorkflow; SQLAlchemy; the outside world
    schemas                        marshmallow: forms and API records
    domain | config                rules and settings
"""
