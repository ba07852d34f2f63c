"""The fictional neighbourhood of ``linli demo``: 槐安居民区, 13 estates, 1,450 dwellings, 3,500 residents. Nobody in it exists."""
