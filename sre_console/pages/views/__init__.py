"""The console's views: each reads or asks a service, and hands a view model to a template."""
