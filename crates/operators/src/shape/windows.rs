//! Shapes of what windows slide over: convolutions and pooling.

use super::{Inferred, Operands};
use crate::{Conv, Kind, Window};

impl Operands<'_> {
    fn spatial(&self, windows: &[Window]) -> Result<Vec<usize>, String> {
        let x = self.first()?;
        if x.len() != windows.len() + 2 || !(1..=3).contains(&windows.len()) {
            return Err(format!("{} spatial axes do not fit {x:?}", windows.len()));
        }
        windows.iter().zip(&x[1..]).map(|(window, &input)| window.output(input)).collect()
    }

    pub(super) fn windowed(&self, windows: &[Window]) -> Result<Vec<usize>, String> {
        let (x, sizes) = (self.first()?, self.spatial(windows)?);
        Ok([&x[..1], &sizes, &x[x.len() - 1..]].concat())
    }

    pub(super) fn conv(&self, conv: &Conv) -> Inferred {
        let shape = self.convolved(&conv.windows, conv.groups)?;
        if self.node.inputs.len() > 3 && self.shape(3)? != shape {
            return Err(format!("{:?} is added to {shape:?}", self.shape(3)?));
        }
        Ok((Kind::F32, shape))
    }

    fn convolved(&self, windows: &[Window], groups: usize) -> Result<Vec<usize>, String> {
        let (x, weight) = (self.first()?, self.shape(1)?);
        let sizes = self.spatial(windows)?;
        let kernel: Vec<usize> = windows.iter().map(|window| window.kernel).collect();
        let [weight_kernel @ .., weight_ci, co] = weight else {
            return Err(format!("a weight of {weight:?}"));
        };
        let divides = groups > 0
            && *co > 0
            && co.is_multiple_of(groups)
            && weight_ci.checked_mul(groups) == x.last().copied();
        if !divides || weight_kernel != kernel {
            return Err(format!("{x:?} in {groups} groups does not fit a weight {weight:?}"));
        }
        if self.shape(2)? != [*co] {
            return Err(format!("a bias of {:?} for {co} channels", self.shape(2)?));
        }
        Ok([&x[..1], &sizes, &[*co]].concat())
    }

    pub(super) fn deform_conv(&self, windows: &[Window], groups: usize, offset_groups: usize) -> Inferred {
        // The bias is the fourth operand here.
        let (x, weight) = (self.first()?, self.shape(1)?);
        let (&[batch, _, _, ci], &[kh, kw, weight_ci, co]) = (x, weight) else {
            return Err(format!("{x:?} does not fit a weight {weight:?}"));
        };
        let sizes = self.spatial(windows)?;
        let fits = groups > 0
            && offset_groups > 0
            && weight_ci.checked_mul(groups) == Some(ci)
            && co.is_multiple_of(groups)
            && ci.is_multiple_of(offset_groups)
            && [kh, kw] == [windows[0].kernel, windows[1].kernel]
            && self.shape(3)? == [co];
        if !fits {
            return Err("weight, bias, groups and windows do not fit".to_owned());
        }
        // Each tap of each group moves along both axes.
        let moved = kh * kw * offset_groups;
        let map = |channels: usize| [batch, sizes[0], sizes[1], channels];
        if self.shape(2)? != map(moved * 2) || (self.node.inputs.len() > 4 && self.shape(4)? != map(moved)) {
            return Err(format!("offsets of {:?} or their mask do not fit {moved} taps", self.shape(2)?));
        }
        Ok((Kind::F32, map(co).to_vec()))
    }
}
