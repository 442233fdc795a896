//! What a model file may take: time, memory, and no panic.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use vitrine_graph::{Data, Graph, Kind, cost, host, passes, read};

const MAX_SECS: f64 = 10.0;
const MAX_BYTES: usize = 1 << 30;
/// Runs that need more multiplications or elements are no matter of reading.
const MAX_RUN_MACS: u64 = 1 << 24;
const MAX_RUN_BYTES: usize = 1 << 24;
const MAX_RUN_NODES: usize = 1 << 10;

/// Counts what is allocated.
struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
/// One file at a time, so that memory is this file's.
static TURN: Mutex<()> = Mutex::new(());

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(LIVE.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(at, layout) }
    }
}

/// What a file, or the worst of several, has taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct Taken {
    /// Files that were tried.
    pub files: usize,
    /// Files that were read without an error.
    pub read: usize,
    /// The longest time.
    pub max_secs: f64,
    /// The most memory.
    pub max_bytes: usize,
}

impl Taken {
    /// With another file.
    pub fn and(self, other: Self) -> Self {
        Self {
            files: self.files + other.files,
            read: self.read + other.read,
            max_secs: self.max_secs.max(other.max_secs),
            max_bytes: self.max_bytes.max(other.max_bytes),
        }
    }
}

/// Time that a thread is busy: what other programs leave of the processor is not the file's fault.
struct Clock {
    busy: Option<f64>,
    begun: Instant,
}

impl Clock {
    fn start() -> Self {
        Self { busy: busy_secs(), begun: Instant::now() }
    }

    fn secs(&self) -> f64 {
        let busy = self.busy.zip(busy_secs()).map(|(before, now)| now - before);
        busy.unwrap_or_else(|| self.begun.elapsed().as_secs_f64())
    }
}

/// Linux counts nanoseconds (Documentation/scheduler/sched-stats.rst, `/proc/<pid>/schedstat`); others are not asked.
fn busy_secs() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

/// Reads, optimises and counts, and runs what is small.
pub fn try_file(what: &str, file: &[u8]) -> Taken {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let before = LIVE.load(Relaxed);
    PEAK.store(before, Relaxed);
    let clock = Clock::start();
    let read = std::panic::catch_unwind(|| use_file(file));
    let (max_secs, max_bytes) = (clock.secs(), PEAK.load(Relaxed).saturating_sub(before));
    let Ok(read) = read else { panic!("{what}: a panic; file {}", keep(what, file)) };
    assert!(max_secs < MAX_SECS, "{what}: {max_secs} s; file {}", keep(what, file));
    assert!(max_bytes < MAX_BYTES, "{what}: {max_bytes} bytes; file {}", keep(what, file));
    Taken { files: 1, read: read.into(), max_secs, max_bytes }
}

/// Keeps a file that was too much, to look at.
fn keep(what: &str, file: &[u8]) -> String {
    let name: String = what.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).take(80).collect();
    let path = std::env::temp_dir().join(format!("hostile_{name}"));
    std::fs::write(&path, file).unwrap();
    path.display().to_string()
}

fn use_file(file: &[u8]) -> bool {
    let Ok(mut graph) = read(file) else { return false };
    run(graph.clone());
    passes::optimise(&mut graph);
    cost(&graph);
    run(graph);
    true
}

/// Nodes after one that fails lack their operand.
fn run(mut graph: Graph) {
    let figures = cost(&graph);
    let small = figures.macs < MAX_RUN_MACS
        && figures.peak_bytes < MAX_RUN_BYTES
        && graph.nodes.len() < MAX_RUN_NODES;
    if !small {
        return;
    }
    for id in graph.inputs.clone() {
        let count = graph.shape(id).iter().product();
        let data = match graph.kind(id) {
            Kind::F32 => Data::F32(vec![0.5; count]),
            _ => Data::I64(vec![1; count]),
        };
        graph.constants.insert(id, data.into());
    }
    for node in graph.nodes.clone() {
        if let Ok(Some(data)) = host::evaluate_node(&graph, &node) {
            assert_eq!(data.len(), graph.shape(node.output).iter().product::<usize>(), "{node:?}");
            graph.constants.insert(node.output, data);
        }
    }
}
