//! Looking inside the network of a run: one export, whose answers are lists of numbers.

use crate::engine::{device, sound};
use crate::failure::Failure;
use crate::session::Session;
use crate::words;
use fireside_insight::{
    Ascent, Goal, InsightError, filters, grad_cam, layer, maps, measure, occluded,
};
use fireside_insight::{picture_shape, saliency};
use fireside_network::Value;
use js_sys::{Array, Float32Array};
use wasm_bindgen::prelude::*;

/// Numbers of a question. One that is missing is no number, and as a whole number zero.
struct Numbers(Vec<f64>);

impl Numbers {
    fn at(&self, index: usize) -> f64 {
        self.0.get(index).copied().unwrap_or(f64::NAN)
    }

    fn whole(&self, index: usize) -> usize {
        self.at(index) as usize
    }
}

#[wasm_bindgen]
impl Session {
    /// Looking inside; `web/src/lib/engine/insight-engine.ts` has the list of what can be asked. `numbers` begins with a
    /// picture (0, 1 or 2 for a row of the training or the test part, or the pixels in `values`; the row), or with a goal
    /// (0 or 1 for a class, or a unit of a layer; the class, or layer and unit).
    ///
    /// # Errors
    /// Those of `InsightError`; `row_out_of_range`.
    pub async fn look(
        &self,
        what: u8,
        numbers: Vec<f64>,
        values: Vec<f32>,
    ) -> Result<Array, JsValue> {
        let lists = sound(self.seen(what, Numbers(numbers), values).await).await?;
        let list = |values: &Vec<f32>| Float32Array::from(values.as_slice());
        Ok(lists.iter().map(list).collect())
    }
}

impl Session {
    async fn seen(
        &self,
        what: u8,
        numbers: Numbers,
        values: Vec<f32>,
    ) -> Result<Vec<Vec<f32>>, Failure> {
        let (network, checked) = (self.run.network(), self.run.checked());
        Ok(match what {
            0 => maps(network, self.picture(&numbers, values)?).await?,
            1 => {
                let picture = self.picture(&numbers, values)?;
                let found = saliency(network, checked, picture, numbers.whole(2)).await?;
                vec![vec![found.score], found.gradient]
            }
            2 => {
                let picture = self.picture(&numbers, values)?;
                let layer = (numbers.at(3) >= 0.0).then(|| numbers.whole(3));
                let found = grad_cam(network, checked, picture, numbers.whole(2), layer).await?;
                let about = vec![found.layer as f32, found.score];
                vec![about, found.map, found.weights]
            }
            3 => {
                let picture = self.picture(&numbers, values)?;
                let levels = self.run.levels()?;
                let grey: Vec<f32> = levels.iter().map(|[a, b]| (a + b) / 2.0).collect();
                let places = numbers.0.get(3..).unwrap_or_default().chunks_exact(2);
                let places: Vec<[usize; 2]> = places
                    .map(|place| [place[0] as usize, place[1] as usize])
                    .collect();
                vec![occluded(network, picture, &grey, numbers.whole(2), &places).await?]
            }
            4 => {
                let ascent = self.ascent(&numbers)?;
                let device = device()?;
                let picture = match values.is_empty() {
                    true => ascent.start(),
                    false => {
                        let [from, count] = [9, 10].map(|index| numbers.whole(index) as u32);
                        ascent.climb(network, values, from, count, &device).await?
                    }
                };
                let activation = ascent.activation(network, &picture, &device).await?;
                let shown = ascent.shown(&picture);
                vec![picture, vec![activation], shown]
            }
            5 => {
                let [first, count] = [numbers.whole(3), numbers.whole(4)];
                let rows = self.run.input(true, first..first.saturating_add(count))?;
                vec![measure(network, &self.goal(&numbers)?, rows).await?]
            }
            6 => {
                let [first, count] = [numbers.whole(1), numbers.whole(2)];
                let rows = first..first.saturating_add(count);
                let input = self.run.input(true, rows.clone())?;
                let values = layer(network, checked, numbers.whole(0), input).await?;
                vec![values, self.run.classes(rows)]
            }
            7 => {
                let found = filters(network, checked, numbers.whole(0)).await?;
                vec![found.shape.map(|axis| axis as f32).to_vec(), found.values]
            }
            9 => {
                let ids: Vec<u32> = values.iter().map(|value| *value as u32).collect();
                let class = numbers.0.first().map(|class| *class as usize);
                vec![words::numbers(network, checked, &ids, class).await?]
            }
            _ => {
                let all = self.run.test_rows();
                let first = numbers.whole(0).min(all);
                let rows = first..first.saturating_add(numbers.whole(1)).min(all);
                let pixels = self.run.pixels(rows.clone());
                vec![vec![all as f32], pixels, self.run.classes(rows)]
            }
        })
    }

    fn picture(&self, numbers: &Numbers, values: Vec<f32>) -> Result<Value, Failure> {
        let expected = picture_shape(self.run.checked())?.iter().product();
        let row = numbers.whole(1);
        Ok(match numbers.whole(0) {
            part @ (0 | 1) => self.run.input(part == 1, row..row.saturating_add(1))?,
            _ => {
                let found = values.len();
                if found != expected {
                    return Err(InsightError::Picture { expected, found }.into());
                }
                let pixels = values.into_iter().map(|value| value as u8).collect();
                self.run.picture(pixels)?
            }
        })
    }

    fn goal(&self, numbers: &Numbers) -> Result<Goal, Failure> {
        let checked = self.run.checked();
        Ok(match numbers.whole(0) {
            0 => Goal::class(checked, numbers.whole(1))?,
            _ => Goal::unit(checked, numbers.whole(1), numbers.whole(2))?,
        })
    }

    fn ascent(&self, numbers: &Numbers) -> Result<Ascent, Failure> {
        let ascent = Ascent {
            goal: self.goal(numbers)?,
            shape: picture_shape(self.run.checked())?,
            levels: self.run.levels()?,
            steps: numbers.whole(3) as u32,
            rate: numbers.at(4) as f32,
            jitter: numbers.whole(5) as u32,
            blur: numbers.at(6) as f32,
            l2: numbers.at(7) as f32,
            seed: numbers.whole(8) as u32,
        };
        ascent.check()?;
        Ok(ascent)
    }
}
