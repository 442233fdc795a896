//! The two loops of a moving picture: every frame is shown, and as many as the device can are computed.

use super::frames::{Board, Taker};
use super::mirror::mirror;
use super::session::{Live, Phase};
use super::trouble::Trouble;
use super::web::{self, next_frame};
use crate::studio::{self, Notice, Photo, PhotoResult, Problem};
use leptos::prelude::*;
use std::sync::Arc;
use vitrine_packs::Task;
use wasm_bindgen::JsValue;

/// Figures change this often at most: people have to read them.
const FIGURES_MILLIS: f64 = 300.0;

/// Draws every frame that the browser shows on the stage.
pub async fn show(live: Live, video: JsValue, board: Board, photo: Photo, round: u32) {
    let mut size = (0, 0);
    while live.is_on(round) {
        let fresh = next_frame(&video).await;
        if !live.is_on(round) {
            return;
        }
        if web::get(&video, "error").is_truthy() {
            return live.fail(round, Trouble::Unplayable);
        }
        if !fresh || !board.show(&video, live.mirrored.get_untracked()) {
            continue;
        }
        live.arrived.update_value(|arrived| *arrived = arrived.wrapping_add(1));
        let drawn = (board.canvas.width(), board.canvas.height());
        if std::mem::replace(&mut size, drawn) != drawn {
            // The stage measures a picture when it gets it.
            photo.picture.set(Some(board.canvas.clone()));
            live.phase.set(Phase::Running);
        }
    }
}

/// Computes the newest frame whenever the worker is free.
pub async fn look(live: Live, video: JsValue, photo: Photo, round: u32) {
    let Some(mut taker) = Taker::new() else { return live.fail(round, Trouble::Unsupported) };
    let (mut seen, mut told) = (0, 0.0);
    while live.is_on(round) {
        if web::is_hidden() || live.arrived.get_value() == seen {
            live.meter.update_value(|meter| {
                if web::is_hidden() {
                    meter.pause()
                }
            });
            next_frame(&video).await;
            continue;
        }
        seen = live.arrived.get_value();
        let taken = web::now();
        let mirrored = live.mirrored.get_untracked();
        let Some(pixels) = taker.take(&video).await else { continue };
        let answer = studio::look(live.studio, &photo, pixels.size, pixels.rgba).await;
        if !live.is_on(round) {
            return;
        }
        match answer {
            Ok(Some(result)) => {
                adopt(live, &photo, result, mirrored);
                note(live, taken, &mut told);
            }
            // The GPU is being replaced.
            Ok(None) => live.meter.update_value(|meter| meter.pause()),
            Err(_) if answers_nothing(live) => return live.fail(round, Trouble::PackWithoutFrames),
            Err(fault) => {
                live.studio.problem.set(Some(Problem { fault, photo: None }));
                return live.close();
            }
        }
    }
}

/// Whether the pack is one whose answers the page does not draw over a frame.
fn answers_nothing(live: Live) -> bool {
    live.studio.pack_now().is_some_and(|pack| pack.task == Task::Act)
}

fn adopt(live: Live, photo: &Photo, mut result: PhotoResult, mirrored: bool) {
    if mirrored {
        mirror(&mut result);
    }
    let device = result.device;
    let before = live.answer.with_untracked(|answer| answer.as_ref().map(|answer| answer.device));
    if before != Some(device) {
        live.studio.notice.set(Notice::Running(live.name(), device));
    }
    let result = Arc::new(result);
    photo.result.set(Some(result.clone()));
    live.answer.set(Some(result));
}

fn note(live: Live, taken: f64, told: &mut f64) {
    let now = web::now();
    live.meter.update_value(|meter| meter.note(taken, now));
    if now - *told > FIGURES_MILLIS {
        *told = now;
        live.figures.set(live.meter.with_value(|meter| meter.figures()));
    }
}
