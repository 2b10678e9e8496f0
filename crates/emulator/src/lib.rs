//! An AWS in memory, strict and alive, behind the connector of the SDK or a loopback port.
