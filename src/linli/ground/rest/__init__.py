"""What the routes of every room share: who asks, what a problem looks like, types that the database can hold, paging, versions."""
