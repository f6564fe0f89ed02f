//! How much processor time, and how much time on the wall, something takes.

use std::time::{Duration, Instant};

/// What something took.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    /// Of all threads together.
    pub(crate) processor: Duration,
    pub(crate) wall: Duration,
}

/// The least that each act took in `runs` rounds, in each of which all run once, one after another.
pub(crate) fn least<const N: usize>(runs: usize, acts: [&mut dyn FnMut(); N]) -> [Cost; N] {
    let mut least = [Cost {
        processor: Duration::MAX,
        wall: Duration::MAX,
    }; N];
    let mut acts = acts;
    for _ in 0..runs {
        for (least, act) in least.iter_mut().zip(&mut acts) {
            let cost = once(act);
            least.processor = least.processor.min(cost.processor);
            least.wall = least.wall.min(cost.wall);
        }
    }
    least
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn once(act: &mut dyn FnMut()) -> Cost {
    let (processor, wall) = (processor_time(), Instant::now());
    act();
    Cost {
        wall: wall.elapsed(),
        processor: processor_time().saturating_sub(processor),
    }
}

/// What the process has used up so far.
#[cfg(unix)]
fn processor_time() -> Duration {
    use rustix::time::{ClockId, clock_gettime};

    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).expect("a time that passed")
}

/// Elsewhere the time on the wall has to do.
#[cfg(not(unix))]
#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn processor_time() -> Duration {
    use std::sync::OnceLock;

    static BEGAN: OnceLock<Instant> = OnceLock::new();
    BEGAN.get_or_init(Instant::now).elapsed()
}
