#include <algorithm>
#include <cmath>
#include <numbers>

#include "convgrad/optim/lr_scheduler.h"
#include "core/check.h"
#include "core/python_text.h"
#include "optim/schedule.h"

namespace convgrad::optim {
namespace {

std::vector<double> for_groups(const char* name, const PerGroup& value, const Optimizer& optimizer) {
  const size_t groups = optimizer.param_groups().size();
  if (!value.is_list()) return std::vector<double>(groups, value.values()[0]);
  check<ValueError>(value.values().size() == groups,
                    "{0} must have the same length as optimizer.param_groups. {0} has {1} values, param_groups has "
                    "{2}.",
                    name, value.values().size(), groups);
  return value.values();
}

int64_t steps_of(const OneCycleLROptions& o) {
  if (o.total_steps) {
    check<ValueError>(*o.total_steps > 0, "Expected positive integer total_steps, but got {}", *o.total_steps);
    return *o.total_steps;
  }
  check<ValueError>(o.epochs && o.steps_per_epoch,
                    "You must define either total_steps OR (epochs AND steps_per_epoch)");
  check<ValueError>(*o.epochs > 0, "Expected positive integer epochs, but got {}", *o.epochs);
  check<ValueError>(*o.steps_per_epoch > 0, "Expected positive integer steps_per_epoch, but got {}",
                    *o.steps_per_epoch);
  int64_t steps = 0;
  check<ValueError>(!__builtin_mul_overflow(*o.epochs, *o.steps_per_epoch, &steps), "too many steps: {} times {}",
                    *o.epochs, *o.steps_per_epoch);
  return steps;
}

}  // namespace

OneCycleLR::OneCycleLR(Optimizer& optimizer, const OneCycleLROptions& o)
    : LRScheduler(optimizer),
      total_steps_(steps_of(o)),
      cosine_(o.anneal_strategy == "cos"),
      cycle_momentum_(o.cycle_momentum) {
  const auto steps = static_cast<double>(total_steps_);
  phases_ = {{o.pct_start * steps - 1, "initial_lr", "max_lr", "max_momentum", "base_momentum"}};
  if (o.three_phase) {
    phases_.push_back({2 * o.pct_start * steps - 2, "max_lr", "initial_lr", "base_momentum", "max_momentum"});
    phases_.push_back({steps - 1, "initial_lr", "min_lr", "max_momentum", "max_momentum"});
  } else {
    phases_.push_back({steps - 1, "max_lr", "min_lr", "base_momentum", "max_momentum"});
  }
  check<ValueError>(o.pct_start >= 0 && o.pct_start <= 1, "Expected float between 0 and 1 pct_start, but got {}",
                    float_repr(o.pct_start));
  check<ValueError>(cosine_ || o.anneal_strategy == "linear",
                    "anneal_strategy must be one of 'cos' or 'linear', instead got {}", o.anneal_strategy);
  const std::vector<double> max_lrs = for_groups("max_lr", o.max_lr, optimizer);
  check<ValueError>(
      !cycle_momentum_ || optimizer.defaults().contains("momentum") || optimizer.defaults().contains("betas"),
      "optimizer must support momentum or beta1 with `cycle_momentum` option enabled");
  const std::vector<double> highest = for_groups("max_momentum", o.max_momentum, optimizer),
                            lowest = for_groups("base_momentum", o.base_momentum, optimizer);
  for (size_t i = 0; o.last_epoch == -1 && i < max_lrs.size(); ++i) {
    ParamGroup& group = optimizer.param_groups()[i];
    const double first = quotient(max_lrs[i], o.div_factor);
    set_option(group, "initial_lr", first);
    set_option(group, "max_lr", max_lrs[i]);
    set_option(group, "min_lr", quotient(first, o.final_div_factor));
    if (!cycle_momentum_) continue;
    set_momentum(group, highest[i]);
    set_option(group, "max_momentum", highest[i]);
    set_option(group, "base_momentum", lowest[i]);
  }
  start(o.last_epoch);
}

void OneCycleLR::set_momentum(ParamGroup& group, double value) const {
  if (optimizer_.defaults().contains("betas"))
    set_option(group, "betas", Betas(value, group.options["betas"].pair().second));
  else
    set_option(group, "momentum", value);
}

double OneCycleLR::annealed(double start, double end, double share) const {
  if (!cosine_) return (end - start) * share + start;
  return end + (start - end) / 2.0 * (std::cos(std::numbers::pi * share) + 1);
}

std::vector<Number> OneCycleLR::next_lr() {
  check<ValueError>(last_epoch_ <= total_steps_, "Tried to step {} times. The specified number of total steps is {}",
                    last_epoch_, total_steps_);
  std::vector<Number> rates;
  const auto step = static_cast<double>(last_epoch_);
  double begin = 0;
  size_t at = 0;
  for (; at + 1 < phases_.size() && step > phases_[at].end_step; ++at) begin = phases_[at].end_step;
  const Phase& phase = phases_[at];
  const double share = quotient(step - begin, phase.end_step - begin);
  for (ParamGroup& group : optimizer_.param_groups()) {
    const OptionMap& o = group.options;
    rates.push_back(annealed(o[phase.start_lr], o[phase.end_lr], share));
    if (cycle_momentum_) set_momentum(group, annealed(o[phase.start_momentum], o[phase.end_momentum], share));
  }
  return rates;
}

std::vector<LRScheduler::Field> OneCycleLR::fields() {
  auto out = LRScheduler::fields();
  out.push_back({.name = "total_steps", .integer = &total_steps_});
  return out;
}

// ---- SequentialLR

SequentialLR::SequentialLR(Optimizer& optimizer, std::vector<std::shared_ptr<LRScheduler>> schedulers,
                           const SequentialLROptions& o)
    : LRScheduler(optimizer), schedulers_(std::move(schedulers)), milestones_(o.milestones) {
  check<ValueError>(!schedulers_.empty(), "SequentialLR expects at least one scheduler, but got no scheduler.");
  for (size_t i = 0; i < schedulers_.size(); ++i) {
    check<TypeError>(schedulers_[i] != nullptr, "SequentialLR at index {} should have `optimizer` as its attribute.",
                     i);
    check<ValueError>(&schedulers_[i]->optimizer_ == &optimizer,
                      "SequentialLR expects all schedulers to belong to the same optimizer, but got scheduler {} at "
                      "index {} has {}, which is different from {}.",
                      schedulers_[i]->name(), i, schedulers_[i]->optimizer_.str(), optimizer.name());
  }
  check<ValueError>(milestones_.size() == schedulers_.size() - 1,
                    "Sequential Schedulers expects number of schedulers provided to be one more than the number of "
                    "milestone points, but got number of schedulers {} and the number of milestones to be equal to {}",
                    schedulers_.size(), milestones_.size());
  last_epoch_ = o.last_epoch + 1;
  for (ParamGroup& group : optimizer.param_groups()) group.options["lr"] = group.options["initial_lr"];
  undo();
  LRScheduler& first = *schedulers_[static_cast<size_t>(std::upper_bound(milestones_.begin(), milestones_.end(), 0) -
                                                        milestones_.begin())];
  first.initial_step();
  last_lr_ = first.get_last_lr();
}

/// Takes back the steps that the schedules took when they were made.
void SequentialLR::undo() {
  for (const auto& scheduler : schedulers_) {
    if (auto* nested = dynamic_cast<SequentialLR*>(scheduler.get()))
      nested->undo();
    else
      --scheduler->last_epoch_;
  }
}

LRScheduler& SequentialLR::active() const {
  const auto at = std::upper_bound(milestones_.begin(), milestones_.end(), last_epoch_) - milestones_.begin();
  return *schedulers_[static_cast<size_t>(at)];
}

void SequentialLR::step() {
  ++last_epoch_;
  LRScheduler& now = active();
  if (std::find(milestones_.begin(), milestones_.end(), last_epoch_) != milestones_.end())
    now.update_lr(0);
  else
    now.step();
  last_lr_ = now.get_last_lr();
}

std::vector<Number> SequentialLR::next_lr() {
  throw NotImplementedError("SequentialLR has no formula of its own: step it from its beginning");
}

std::vector<LRScheduler::Field> SequentialLR::fields() {
  return {{.name = "_milestones", .integers = &milestones_},
          {.name = "last_epoch", .integer = &last_epoch_},
          {.name = "_last_lr", .reals = &last_lr_}};
}

std::vector<LRScheduler*> SequentialLR::parts() const {
  std::vector<LRScheduler*> out;
  for (const auto& scheduler : schedulers_) out.push_back(scheduler.get());
  return out;
}

// ---- ReduceLROnPlateau

ReduceLROnPlateau::ReduceLROnPlateau(Optimizer& optimizer, const ReduceLROnPlateauOptions& o)
    : optimizer_(optimizer), options_(o) {
  check<ValueError>(o.factor < 1, "Factor should be < 1.0.");
  const size_t groups = optimizer.param_groups().size(), given = o.min_lr.values().size();
  check<ValueError>(!o.min_lr.is_list() || given == groups, "expected {} min_lrs, got {}", groups, given);
  min_lrs_ = o.min_lr.is_list() ? o.min_lr.values() : std::vector<double>(groups, o.min_lr.values()[0]);
  check<ValueError>(o.mode == "min" || o.mode == "max", "mode {} is unknown!", o.mode);
  check<ValueError>(o.threshold_mode == "rel" || o.threshold_mode == "abs", "threshold mode {} is unknown!",
                    o.threshold_mode);
  best_ = o.mode == "min" ? INFINITY : -INFINITY;
  last_lr_ = rates_of(optimizer, "lr");
}

bool ReduceLROnPlateau::is_better(double value) const {
  const bool share = options_.threshold_mode == "rel";
  if (options_.mode == "min") return value < (share ? best_ * (1 - options_.threshold) : best_ - options_.threshold);
  return value > (share ? best_ * (options_.threshold + 1) : best_ + options_.threshold);
}

void ReduceLROnPlateau::step(double metrics) {
  ++last_epoch_;
  if (is_better(metrics)) {
    best_ = metrics;
    num_bad_epochs_ = 0;
  } else {
    ++num_bad_epochs_;
  }
  if (in_cooldown()) {
    --cooldown_counter_;
    num_bad_epochs_ = 0;
  }
  if (num_bad_epochs_ > options_.patience) {
    reduce_lr();
    cooldown_counter_ = options_.cooldown;
    num_bad_epochs_ = 0;
  }
  last_lr_ = rates_of(optimizer_, "lr");
}

void ReduceLROnPlateau::reduce_lr() {
  std::vector<ParamGroup>& groups = optimizer_.param_groups();
  if (groups.size() != min_lrs_.size()) {
    check(!options_.min_lr.is_list(),
          "The number of param groups in the `optimizer` ({}) differs from when `ReduceLROnPlateau` was initialized "
          "({}), usually due to a new param group being added to the optimizer. Please modify the `min_lrs` field to "
          "match the length of the `optimizer` param groups.",
          groups.size(), min_lrs_.size());
    min_lrs_.assign(groups.size(), options_.min_lr.values()[0]);
  }
  for (size_t i = 0; i < groups.size(); ++i) {
    const double before = groups[i].options["lr"], after = std::max(before * options_.factor, min_lrs_[i]);
    if (before - after > options_.eps) groups[i].options["lr"] = after;
  }
}

SchedulerState ReduceLROnPlateau::state_dict() const {
  SchedulerState out;
  out.numbers = {{"min_lrs", min_lrs_},
                 {"last_epoch", {static_cast<double>(last_epoch_)}},
                 {"_last_lr", last_lr_},
                 {"best", {best_}},
                 {"cooldown_counter", {static_cast<double>(cooldown_counter_)}},
                 {"num_bad_epochs", {static_cast<double>(num_bad_epochs_)}}};
  return out;
}

void ReduceLROnPlateau::load_state_dict(const SchedulerState& state) {
  const auto number = [&](const char* name, double present) {
    const std::vector<double>* found = state.numbers.find(name);
    check<ValueError>(!found || found->size() == 1, "{} is one number, the state has {}", name,
                      found ? found->size() : 0);
    return found ? (*found)[0] : present;
  };
  const auto whole = [&](const char* name, int64_t present) {
    return whole_number(name, number(name, static_cast<double>(present)));
  };
  const double best = number("best", best_);
  const int64_t epoch = whole("last_epoch", last_epoch_), cooldown = whole("cooldown_counter", cooldown_counter_);
  num_bad_epochs_ = whole("num_bad_epochs", num_bad_epochs_);
  best_ = best;
  last_epoch_ = epoch;
  cooldown_counter_ = cooldown;
  if (const auto* found = state.numbers.find("min_lrs")) min_lrs_ = *found;
  if (const auto* found = state.numbers.find("_last_lr")) last_lr_ = *found;
}

}  // namespace convgrad::optim
