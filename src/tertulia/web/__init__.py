"""HTTP in, HTTP out: the asynchronous edge, which parses, asks a service and answers."""
