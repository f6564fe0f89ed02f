//! One credential on the screen: its countdown, more time, its one-time codes, and how it is hidden.

use std::time::Duration;

use vault_core::secret::SecretBytes;
use vault_core::time::Clock;

use super::talk::Talk;
use crate::clock::{Stopwatch, SystemClock};
use crate::commands::envelope::Card;
use crate::failure::Failure;
use crate::output::erased;
use crate::prompt::{Pause, PromptError};

/// Said lines and codes that fit below a credential before the page is set anew.
const BELOW: usize = 6;

/// One part of a credential while it is shown, the last with its one-time codes.
pub(super) struct OnPage<'a> {
    pub(super) card: &'a Card,
    pub(super) part: &'a SecretBytes,
    pub(super) is_last: bool,
    /// For how long, where it can be taken off the screen.
    pub(super) on_screen: Duration,
}

impl OnPage<'_> {
    /// Shows it, and again for as long as more time is asked for.
    pub(super) fn stay(&self, talk: &mut Talk<'_, '_>) -> Result<Pause, Failure> {
        loop {
            let mut times = self.set(talk, None)?;
            match self.wait(&mut times, talk)? {
                Pause::Longer if talk.vanishes() => drop(talk.page()?),
                Pause::Over if !talk.vanishes() => return Err(PromptError::NoAnswer.into()),
                ended => return Ok(ended),
            }
        }
    }

    /// Puts it on an empty page; what happens while it stands there, which goes on where it stood
    /// there `before`.
    fn set(&self, talk: &mut Talk<'_, '_>, before: Option<Times>) -> Result<Times, Failure> {
        talk.show(self.part)?;
        let mut times = before.unwrap_or_else(|| Times::new(self.total(talk), talk.vanishes()));
        times.said = 0;
        times.code = self.code(talk)?.map(|good| times.elapsed() + good);
        self.explain(talk, &times)?;
        Ok(times)
    }

    /// For how long it is shown. What cannot be taken off the screen stays, and waits like a
    /// question.
    fn total(&self, talk: &Talk<'_, '_>) -> Duration {
        if talk.vanishes() {
            self.on_screen
        } else {
            talk.idle()
        }
    }

    fn explain(&self, talk: &mut Talk<'_, '_>, times: &Times) -> Result<(), Failure> {
        if !talk.vanishes() {
            return talk.tell("Press Enter to go on.");
        }
        let next = if self.is_last {
            "hide it"
        } else {
            "see the rest"
        };
        let left = times.left().as_millis().div_ceil(1000);
        let more = self.on_screen.as_secs();
        talk.tell(&format!(
            "This stays for {left} seconds. Press Enter to {next} sooner, or m and Enter to keep it \
             for {more} seconds from then on. Ctrl-C copies nothing: it hides this."
        ))
    }

    fn wait(&self, times: &mut Times, talk: &mut Talk<'_, '_>) -> Result<Pause, Failure> {
        loop {
            match times.due(times.elapsed()) {
                Due::Nothing(wait) => match talk.pause(wait)? {
                    Pause::Over => continue,
                    ended => return Ok(ended),
                },
                Due::Code => times.code = self.code(talk)?.map(|good| times.elapsed() + good),
                Due::Call(seconds) => talk.tell(&format!("{seconds} seconds left."))?,
                Due::Over => return Ok(Pause::Over),
            }
            times.said += 1;
            if times.said >= BELOW && talk.vanishes() {
                talk.page()?;
                *times = self.set(talk, Some(times.clone()))?;
            }
        }
    }

    /// Shows the one-time code that is good now, where there is one; for how long it is.
    fn code(&self, talk: &mut Talk<'_, '_>) -> Result<Option<Duration>, Failure> {
        let code = self.card.0.code_at(SystemClock.now());
        let Some(code) = code.filter(|_| self.is_last) else {
            return Ok(None);
        };
        talk.show(&erased::written(|to| {
            Card::write_code(to, "code now", &code)
        }))?;
        Ok(Some(Duration::from_secs(code.seconds_left.max(1))))
    }
}

/// What happens while a credential is on the screen, counted from when it was put there.
#[derive(Clone)]
struct Times {
    begun: Stopwatch,
    total: Duration,
    /// Whether the time that is left is called out.
    calls: bool,
    /// The last time that was called out, in seconds left.
    called: u64,
    /// When the one-time code ends.
    code: Option<Duration>,
    /// How many lines were said below the credential.
    said: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum Due {
    Nothing(Duration),
    Code,
    /// So many seconds are left.
    Call(u64),
    Over,
}

impl Times {
    fn new(total: Duration, calls: bool) -> Self {
        Self {
            begun: Stopwatch::start(),
            total,
            calls,
            called: total.as_secs(),
            code: None,
            said: 0,
        }
    }

    fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    fn left(&self) -> Duration {
        self.total.saturating_sub(self.elapsed())
    }

    /// What is due, or for how long nothing is. A call is due once.
    fn due(&mut self, elapsed: Duration) -> Due {
        if self.total <= elapsed {
            return Due::Over;
        }
        if self.code.is_some_and(|at| at <= elapsed) {
            return Due::Code;
        }
        let call = next_call(self.called).filter(|_| self.calls);
        let call = call.map(|seconds| {
            (
                self.total.saturating_sub(Duration::from_secs(seconds)),
                seconds,
            )
        });
        if let Some((at, seconds)) = call
            && at <= elapsed
        {
            self.called = seconds;
            return Due::Call(seconds);
        }
        let next = [Some(self.total), call.map(|(at, _)| at), self.code];
        let next = next.into_iter().flatten().min();
        Due::Nothing(next.unwrap_or(self.total).saturating_sub(elapsed))
    }
}

/// The seconds that are called out next when `left` were last: each half minute, then 20, 10 and 5.
fn next_call(left: u64) -> Option<u64> {
    match left {
        0..=5 => None,
        6..=10 => Some(5),
        11..=20 => Some(10),
        21..=30 => Some(20),
        _ => Some((left - 1) / 30 * 30),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_counted_down_the_code_renewed_and_the_screen_cleared_in_time() {
        let at = Duration::from_secs;
        let mut times = Times::new(at(30), true);
        times.code = Some(at(12));
        assert_eq!(times.due(at(0)), Due::Nothing(at(10)));
        assert_eq!(times.due(at(10)), Due::Call(20));
        assert_eq!(times.due(at(10)), Due::Nothing(at(2)));
        assert_eq!(times.due(at(12)), Due::Code);
        times.code = Some(at(42));
        assert_eq!(times.due(at(13)), Due::Nothing(at(7)));
        assert_eq!(times.due(at(21)), Due::Call(10));
        assert_eq!(times.due(at(25)), Due::Call(5));
        assert_eq!(times.due(at(26)), Due::Nothing(at(4)));
        assert_eq!(times.due(at(30)), Due::Over);
    }

    #[test]
    fn nothing_is_called_out_where_what_is_shown_stays() {
        let at = Duration::from_secs;
        let mut times = Times::new(at(900), false);
        times.code = Some(at(30));
        assert_eq!(times.due(at(0)), Due::Nothing(at(30)));
        assert_eq!(times.due(at(30)), Due::Code);
        assert_eq!(times.due(at(900)), Due::Over);
    }

    #[test]
    fn whatever_the_time_is_the_last_calls_are_twenty_ten_and_five() {
        for total in [25, 30, 31, 60, 90, 100, 120] {
            let calls: Vec<u64> =
                std::iter::successors(Some(total), |left| next_call(*left)).collect();
            assert!(calls.ends_with(&[20, 10, 5]), "{calls:?}");
            assert!(
                calls
                    .windows(2)
                    .all(|two| two[1] < two[0] && two[0] - two[1] <= 30)
            );
        }
    }
}
