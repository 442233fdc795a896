//! Says what is being done, and how long each thing took.

use anyhow::Result;
use std::time::{Duration, Instant};

/// Named durations, printed as a table at the end.
pub struct Steps {
    begun: Instant,
    done: Vec<(String, Duration)>,
}

impl Steps {
    /// Starts the clock.
    pub fn begin() -> Self {
        Self { begun: Instant::now(), done: Vec::new() }
    }

    /// Announces `name`, does `work` and notes its time, also when it fails.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("== {name}");
        let begun = Instant::now();
        let outcome = work();
        self.done.push((name.to_owned(), begun.elapsed()));
        outcome
    }

    /// Time since [`Steps::begin`], in seconds.
    pub fn elapsed_secs(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    /// Prints the table.
    pub fn print(&self) {
        println!("\n{:>8}  step", "seconds");
        for (name, time) in &self.done {
            println!("{:>8.1}  {name}", time.as_secs_f64());
        }
        println!("{:>8.1}  all", self.elapsed_secs());
    }
}
