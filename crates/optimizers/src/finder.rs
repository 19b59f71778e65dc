//! A learning-rate finder: the rate rises from update to update, and the loss tells where it was good (Smith 2015,
//! arXiv 1506.01186; smoothing, stop and suggestion as in fastai).

/// Weight of the past in the smoothed loss.
const SMOOTHING: f64 = 0.98;
/// The search ends where the smoothed loss is so many times the best one ...
const TOO_LARGE: f64 = 4.0;
/// ... of those after the first tenth of the updates: losses of small batches jump, and little is smoothed yet.
const LEAST: usize = 10;

/// Rates to try and what became of them. The host does the updates and tells the losses.
#[derive(Clone, Debug, PartialEq)]
pub struct LrFinder {
    min: f64,
    max: f64,
    steps: usize,
    average: f64,
    best: f64,
    /// (rate, smoothed loss) of each update.
    seen: Vec<(f64, f64)>,
}

impl LrFinder {
    /// `steps` updates, at least 2, with rates from `min` to `max`, both above 0.
    pub fn new(min: f64, max: f64, steps: usize) -> Self {
        Self {
            min,
            max,
            steps: steps.max(2),
            average: 0.0,
            best: f64::INFINITY,
            seen: Vec::new(),
        }
    }

    /// The rate of update `step`, from 0: min (max / min)^(step / (steps - 1)).
    pub fn rate(&self, step: usize) -> f64 {
        self.min * (self.max / self.min).powf(step as f64 / (self.steps - 1) as f64)
    }

    /// The rate of the next update; `None` when all are done.
    pub fn next_rate(&self) -> Option<f64> {
        (self.seen.len() < self.steps).then(|| self.rate(self.seen.len()))
    }

    /// The loss of the update that was done with [`next_rate`](Self::next_rate). False: stop here, the loss is no
    /// number or has risen to four times its best, or all updates are done.
    pub fn tell(&mut self, loss: f64) -> bool {
        let Some(rate) = self.next_rate() else {
            return false;
        };
        if !loss.is_finite() {
            return false;
        }
        self.average = SMOOTHING * self.average + (1.0 - SMOOTHING) * loss;
        // Without this the first averages would lean towards 0.
        let weight = 1.0 - SMOOTHING.powi(self.seen.len() as i32 + 1);
        let smoothed = self.average / weight;
        self.seen.push((rate, smoothed));
        if self.seen.len() > self.steps / LEAST {
            self.best = self.best.min(smoothed);
        }
        smoothed <= TOO_LARGE * self.best && self.seen.len() < self.steps
    }

    /// (rate, smoothed loss) of every update so far, for a chart.
    pub fn curve(&self) -> &[(f64, f64)] {
        &self.seen
    }

    /// The rate at which the smoothed loss falls fastest along the logarithm of the rate, behind the first tenth;
    /// `None` where it never falls.
    pub fn suggestion(&self) -> Option<f64> {
        // Rates are evenly spaced in their logarithm, so differences are slopes.
        let slopes = self.seen.windows(3).skip(self.steps / LEAST);
        let slopes = slopes.map(|w| (w[2].1 - w[0].1, w[1].0));
        let steepest = slopes.min_by(|a, b| a.0.total_cmp(&b.0))?;
        (steepest.0 < 0.0).then_some(steepest.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_rise_evenly_in_their_logarithm() {
        let finder = LrFinder::new(1e-5, 10.0, 7);
        let rates: Vec<f64> = (0..7).map(|step| finder.rate(step)).collect();
        for (rate, expected) in rates.iter().zip([1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0]) {
            assert!((rate / expected - 1.0).abs() < 1e-12, "{rates:?}");
        }
    }

    /// Losses of gradient descent on w^2 / 2, where rates from 2 on diverge.
    fn bowl(finder: &mut LrFinder) -> usize {
        let mut w: f64 = 3.0;
        let mut updates = 0;
        while let Some(rate) = finder.next_rate() {
            updates += 1;
            if !finder.tell(w * w / 2.0) {
                break;
            }
            w -= rate * w;
        }
        updates
    }

    #[test]
    fn a_bowl_stops_the_search_and_gets_a_rate_that_works() {
        let mut finder = LrFinder::new(1e-4, 100.0, 400);
        let updates = bowl(&mut finder);
        assert!(updates < 400, "it went on to the end");
        let last = finder.curve().last().expect("a curve").0;
        assert!(last > 2.0, "stopped at {last}, where nothing diverges");
        let rate = finder.suggestion().expect("a suggestion");
        assert!((1e-3..2.0).contains(&rate), "{rate}");
    }

    #[test]
    fn one_easy_batch_does_not_end_it() {
        let mut finder = LrFinder::new(1e-5, 1.0, 100);
        assert!([0.01, 1.0, 1.0, 1.0].iter().all(|loss| finder.tell(*loss)));
        let told = (0..96).take_while(|_| finder.tell(1.0)).count();
        assert_eq!(told, 95);
    }

    #[test]
    fn no_number_ends_it_and_a_rising_loss_gets_no_rate() {
        let mut finder = LrFinder::new(1e-3, 1.0, 10);
        assert!(finder.tell(1.0) && finder.tell(1.1) && finder.tell(1.2) && finder.tell(1.3));
        assert_eq!(finder.suggestion(), None);
        assert!(!finder.tell(f64::NAN));
        assert_eq!(finder.curve().len(), 4);
    }

    #[test]
    fn it_ends_after_its_steps() {
        let mut finder = LrFinder::new(1e-3, 1.0, 3);
        assert_eq!(
            [1.0, 0.9, 0.8].map(|loss| finder.tell(loss)),
            [true, true, false]
        );
        assert_eq!(finder.next_rate(), None);
        assert!(!finder.tell(0.7));
    }
}
