//! The rooms: one folder per kind of AWS resource.
