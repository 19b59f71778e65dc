//! Sorting with one piece of code for everything: the standard library's sort is fast, and a new copy of some kilobytes for
//! each type that it sorts. Our lists are short, and a reader downloads the code.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The numbers below `count` in the order that `compare` gives; of equal ones the first stays first.
pub fn order(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..count).collect();
    let mut merged = Vec::with_capacity(count);
    let mut run = 1;
    while run < count {
        merged.clear();
        for pair in sorted.chunks(run.saturating_mul(2)) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            while let ([a, left_rest @ ..], [b, right_rest @ ..]) = (left, right) {
                if compare(*b, *a) == Ordering::Less {
                    merged.push(*b);
                    right = right_rest;
                } else {
                    merged.push(*a);
                    left = left_rest;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut sorted, &mut merged);
        run = run.saturating_mul(2);
    }
    sorted
}

/// The items in the order that `compare` gives; of equal ones the first stays first.
pub fn sorted<T>(items: Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) -> Vec<T> {
    let order = order(items.len(), &mut |a, b| compare(&items[a], &items[b]));
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let taken = order.into_iter().filter_map(|index| items[index].take());
    taken.collect()
}

/// A map of these pairs. (Collecting one sorts them first, with a sort for each kind of pair.)
pub fn map<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        map.insert(key, value);
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_standard_library_sorts() {
        for count in [0, 1, 2, 3, 7, 8, 9, 100, 1000] {
            let numbers: Vec<u32> = (0..count).map(|index| index * 2_654_435_761 % 17).collect();
            let pairs: Vec<(u32, u32)> = numbers.into_iter().zip(0..).collect();
            let mut wanted = pairs.clone();
            wanted.sort_by_key(|pair| pair.0);
            assert_eq!(sorted(pairs, |a, b| a.0.cmp(&b.0)), wanted, "{count}");
        }
    }

    #[test]
    fn the_last_of_equal_keys_stays() {
        let pairs = [("b", 1), ("a", 2), ("b", 3)];
        assert_eq!(map(pairs), BTreeMap::from(pairs));
    }
}
