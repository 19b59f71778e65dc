//! One fit that `fireside reproduce` measures; where its runs are kept, it goes on where it was cut off.

use crate::files::write;
use crate::{Outcome, progress};
use fireside_datasets::Dataset;
use fireside_spec::Checked;
use fireside_training::{Event, Run};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often a run is kept.
const KEEP_EVERY: Duration = Duration::from_secs(60);

/// What is fitted, and the folder that keeps it.
pub(crate) struct Fit<'a> {
    pub id: &'a str,
    pub seed: u32,
    pub text: &'a str,
    pub checked: Checked,
    pub data: &'a Arc<Dataset>,
    pub keep: Option<&'a Path>,
}

/// The run while it lasts, and beside it the seconds that it has taken.
struct Kept {
    run: PathBuf,
    seconds: PathBuf,
}

impl Kept {
    fn seconds(&self) -> f64 {
        let text = std::fs::read_to_string(&self.seconds).unwrap_or_default();
        text.trim().parse().unwrap_or(0.0)
    }

    fn save(&self, run: &Run, seconds: f64) -> Outcome {
        let bytes = pollster::block_on(run.checkpoint()).map_err(|error| error.to_string())?;
        write(&self.seconds, format!("{seconds}\n").as_bytes())?;
        write(&self.run, &bytes)
    }

    fn remove(&self) {
        for path in [&self.run, &self.seconds] {
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Fit<'_> {
    /// The run at its end, and the seconds that it took.
    pub(crate) fn run(self) -> Result<(Run, f64), String> {
        let kept = match self.keep {
            Some(folder) => {
                std::fs::create_dir_all(folder)
                    .map_err(|e| format!("{}: {e}", folder.display()))?;
                let name = format!("{}-seed{}.run", self.id, self.seed);
                Some(Kept {
                    seconds: folder.join(format!("{name}.seconds")),
                    run: folder.join(name),
                })
            }
            None => None,
        };
        let (mut run, before) = self.begin(kept.as_ref())?;
        let Self { id, seed, .. } = self;
        let state = run.state();
        let bar = progress::updates(u64::from(state.steps_per_epoch) * u64::from(state.epochs));
        bar.set_prefix(format!("{id} seed {seed}"));
        let began = Instant::now();
        let seconds = || before + began.elapsed().as_secs_f64();
        let mut last = Instant::now();
        loop {
            let event = pollster::block_on(run.next()).map_err(|error| error.to_string())?;
            match event {
                Event::Step { update, loss, .. } => {
                    bar.set_position(u64::from(update));
                    bar.set_message(format!("loss {loss:.4}"));
                }
                Event::Epoch(scores) => eprintln!(
                    "{id} seed {seed} epoch {}/{} train {:.4} test {:.4}  {:.0} s",
                    scores.epoch,
                    state.epochs,
                    scores.train.accuracy,
                    scores.test.accuracy,
                    seconds()
                ),
                Event::Diverged { epoch, step, .. } => {
                    return Err(format!(
                        "{id} seed {seed} diverged in epoch {epoch}, step {step}"
                    ));
                }
                Event::Evaluating { .. } | Event::Kept { .. } | Event::EarlyStopped { .. } => {}
                Event::Finished { .. } => break,
            }
            if let Some(kept) = &kept
                && last.elapsed() > KEEP_EVERY
            {
                kept.save(&run, seconds())?;
                last = Instant::now();
            }
        }
        bar.finish_and_clear();
        let seconds = seconds();
        if let Some(folder) = self.keep {
            let bytes = pollster::block_on(run.weights()).map_err(|error| error.to_string())?;
            write(&folder.join(format!("{id}-seed{seed}.safetensors")), &bytes)?;
        }
        if let Some(kept) = &kept {
            kept.remove();
        }
        Ok((run, seconds))
    }

    /// The run from its beginning, or from where this very text was cut off, and the seconds that it had taken.
    fn begin(&self, kept: Option<&Kept>) -> Result<(Run, f64), String> {
        let device = fireside_network::cpu();
        let (data, checked) = (Arc::clone(self.data), self.checked.clone());
        if let Some(kept) = kept
            && let Ok(bytes) = std::fs::read(&kept.run)
        {
            let same = |text: &str| (text == self.text).then(|| checked.clone());
            match Run::resume(&bytes, same, Arc::clone(&data), device.clone()) {
                Ok(run) => {
                    let state = run.state();
                    eprintln!(
                        "{} seed {} goes on behind update {}, {:.0} s",
                        self.id,
                        self.seed,
                        state.update,
                        kept.seconds()
                    );
                    return Ok((run, kept.seconds()));
                }
                Err(error) => eprintln!("{}: {error}; begins anew", kept.run.display()),
            }
        }
        let run = Run::fold(self.text, checked, data, 0, device);
        Ok((run.map_err(|error| error.to_string())?, 0.0))
    }
}
