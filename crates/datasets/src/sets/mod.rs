//! The data sets, one file each: names, terms, checksums, a reader of the official files, a built-in sample.

pub mod airline;
pub mod alice;
pub mod bank;
pub mod beijing;
pub mod boston;
pub mod captcha;
pub mod cifar10;
pub mod gtsrb;
pub mod imdb;
pub mod iris;
pub mod mnist;
pub mod own_reviews;
pub mod own_text;
pub mod pima;
pub mod tale;
