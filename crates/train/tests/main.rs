//! Trainings, from data to packs. One program, as each would link the same hundred megabytes.

mod bad_data;
mod classes;
mod common;
mod comparing;
mod resume;
mod runs;
mod shop_two_stream;
