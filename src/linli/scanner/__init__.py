"""The offline page of the gates: plain ES modules, one versioned bundle, a service worker."""
