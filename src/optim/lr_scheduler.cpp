#include "convgrad/optim/lr_scheduler.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/check.h"
#include "core/python_text.h"
#include "optim/schedule.h"

namespace convgrad::optim {
using std::numbers::pi;

void set_option(ParamGroup& group, const char* name, const OptionValue& value) {
  if (OptionValue* there = group.options.find(name))
    *there = value;
  else
    group.options.insert(name, value);
}

std::vector<double> rates_of(const Optimizer& optimizer, const char* name) {
  std::vector<double> out;
  for (const ParamGroup& group : optimizer.param_groups()) out.push_back(group.options[name]);
  return out;
}

double quotient(double a, double b) {
  check(b != 0, "float division by zero");
  return a / b;
}

void check_positive(const char* name, int64_t value) {
  check<ValueError>(value > 0 && value < int64_t{1} << 53, "{} must be positive, not {}", name, value);
}

int64_t whole_number(const char* name, double value) {
  check<ValueError>(value == std::floor(value) && std::abs(value) < 0x1p53, "{} must be a whole number, not {}", name,
                    value);
  return static_cast<int64_t>(value);
}

// ---- what all have

LRScheduler::~LRScheduler() = default;

void LRScheduler::start(int64_t last_epoch) {
  std::vector<ParamGroup>& groups = optimizer_.param_groups();
  for (size_t i = 0; i < groups.size(); ++i) {
    OptionMap& options = groups[i].options;
    check<KeyError>(
        last_epoch == -1 || options.contains("initial_lr"),
        "param 'initial_lr' is not specified in param_groups[{}] when resuming scheduler with last_epoch >= "
        "0.\nThis typically happens when:\n1. You're trying to resume training from a checkpoint but "
        "haven't properly loaded the optimizer state\n2. You're using last_epoch >= 0 for a fresh training "
        "run (not recommended)",
        i);
    if (!options.contains("initial_lr")) options.insert("initial_lr", options["lr"]);
  }
  base_lrs_ = rates_of(optimizer_, "initial_lr");
  last_epoch_ = last_epoch;
  initial_step();
}

void LRScheduler::initial_step() {
  step_count_ = 0;
  is_initial_ = true;
  step();
  is_initial_ = false;
}

void LRScheduler::step() {
  ++step_count_;
  update_lr({});
}

void LRScheduler::step(int64_t epoch) {
  check<ValueError>(std::abs(static_cast<double>(epoch)) < 0x1p53, "{}: there is no epoch {}", name(), epoch);
  ++step_count_;
  update_lr(epoch);
}

void LRScheduler::update_lr(std::optional<int64_t> epoch) {
  const int64_t before = last_epoch_;
  last_epoch_ = epoch.value_or(before + 1);
  std::vector<Number> rates;
  try {
    rates = epoch ? closed_form_lr() : next_lr();
  } catch (...) {
    last_epoch_ = before;
    throw;
  }
  std::vector<ParamGroup>& groups = optimizer_.param_groups();
  check_groups(rates.size());
  for (size_t i = 0; i < groups.size(); ++i) groups[i].options["lr"] = rates[i];
  last_lr_ = rates_of(optimizer_, "lr");
}

void LRScheduler::check_groups(size_t known) const {
  check<ValueError>(known == optimizer_.param_groups().size(),
                    "{} knows the rates of {} parameter groups, the optimizer has {}", name(), known,
                    optimizer_.param_groups().size());
}

std::vector<Number> LRScheduler::present_lr() const {
  std::vector<Number> out;
  for (const ParamGroup& group : optimizer_.param_groups()) out.push_back(group.options["lr"]);
  return out;
}

std::vector<Number> LRScheduler::present_lr_times(double factor) const {
  std::vector<Number> out = present_lr();
  for (Number& lr : out) lr = lr * factor;
  return out;
}

std::vector<Number> LRScheduler::initial_lr_times(double factor) const {
  std::vector<Number> out;
  for (const double lr : base_lrs_) out.push_back(lr * factor);
  return out;
}

// ---- saving and loading

std::vector<LRScheduler::Field> LRScheduler::fields() {
  return {{.name = "base_lrs", .reals = &base_lrs_},
          {.name = "last_epoch", .integer = &last_epoch_},
          {.name = "_step_count", .integer = &step_count_},
          {.name = "_last_lr", .reals = &last_lr_}};
}

SchedulerState LRScheduler::state_dict() const {
  SchedulerState out;
  for (const Field& f : const_cast<LRScheduler*>(this)->fields()) {
    std::vector<double>& numbers = out.numbers.insert(f.name, {});
    if (f.real) numbers = {*f.real};
    if (f.integer) numbers = {static_cast<double>(*f.integer)};
    if (f.reals) numbers = *f.reals;
    if (f.integers) numbers.assign(f.integers->begin(), f.integers->end());
  }
  for (const LRScheduler* part : parts()) out.schedulers.push_back(part->state_dict());
  return out;
}

void LRScheduler::load_state_dict(const SchedulerState& state) {
  const std::vector<LRScheduler*> below = parts();
  check<ValueError>(state.schedulers.size() == below.size(), "{}: the state is of {} schedules, there are {}", name(),
                    state.schedulers.size(), below.size());
  const std::vector<Field> all = fields();
  for (const Field& f : all) {  // nothing is changed before all is known to be right
    const std::vector<double>* numbers = state.numbers.find(f.name);
    if (!numbers) continue;
    check<ValueError>(f.reals || f.integers || numbers->size() == 1, "{} is one number, the state has {}", f.name,
                      numbers->size());
    if (f.integer || f.integers)
      for (const double value : *numbers) whole_number(f.name, value);
  }
  for (const Field& f : all) {
    const std::vector<double>* numbers = state.numbers.find(f.name);
    if (!numbers) continue;
    if (f.real) *f.real = (*numbers)[0];
    if (f.integer) *f.integer = static_cast<int64_t>((*numbers)[0]);
    if (f.reals) *f.reals = *numbers;
    if (f.integers) f.integers->assign(numbers->begin(), numbers->end());
  }
  for (size_t i = 0; i < below.size(); ++i) below[i]->load_state_dict(state.schedulers[i]);
}

// ---- the schedules, formula by formula in PyTorch's order of roundings

LambdaLR::LambdaLR(Optimizer& optimizer, Lambda lambda, const LambdaLROptions& options)
    : LambdaLR(optimizer, std::vector<Lambda>(optimizer.param_groups().size(), lambda), options) {}
LambdaLR::LambdaLR(Optimizer& optimizer, std::vector<Lambda> lambdas, const LambdaLROptions& options)
    : LRScheduler(optimizer), lambdas_(std::move(lambdas)) {
  const size_t groups = optimizer.param_groups().size();
  check<ValueError>(lambdas_.size() == groups, "Expected {} lr_lambdas, but got {}", groups, lambdas_.size());
  start(options.last_epoch);
}
std::vector<Number> LambdaLR::next_lr() {
  std::vector<Number> out;
  check_groups(std::min(lambdas_.size(), base_lrs_.size()));
  for (size_t i = 0; i < lambdas_.size(); ++i) out.push_back(base_lrs_[i] * lambdas_[i](last_epoch_));
  return out;
}

StepLR::StepLR(Optimizer& optimizer, const StepLROptions& o)
    : LRScheduler(optimizer), step_size_(o.step_size), gamma_(o.gamma) {
  start(o.last_epoch);
}
std::vector<Number> StepLR::next_lr() {
  check_positive("step_size", step_size_);
  if (last_epoch_ == 0 || last_epoch_ % step_size_ != 0) return present_lr();
  return present_lr_times(gamma_);
}
std::vector<Number> StepLR::closed_form_lr() {
  const double periods = std::floor(static_cast<double>(last_epoch_) / static_cast<double>(step_size_));
  return initial_lr_times(std::pow(gamma_, periods));
}
std::vector<LRScheduler::Field> StepLR::fields() {
  auto out = LRScheduler::fields();
  out.push_back({.name = "step_size", .integer = &step_size_});
  out.push_back({.name = "gamma", .real = &gamma_});
  return out;
}

MultiStepLR::MultiStepLR(Optimizer& optimizer, const MultiStepLROptions& o)
    : LRScheduler(optimizer), milestones_(o.milestones), gamma_(o.gamma) {
  std::sort(milestones_.begin(), milestones_.end());
  start(o.last_epoch);
}
std::vector<Number> MultiStepLR::next_lr() {
  const auto times = std::count(milestones_.begin(), milestones_.end(), last_epoch_);
  if (times == 0) return present_lr();
  return present_lr_times(std::pow(gamma_, static_cast<double>(times)));
}
std::vector<Number> MultiStepLR::closed_form_lr() {
  const auto passed = std::upper_bound(milestones_.begin(), milestones_.end(), last_epoch_) - milestones_.begin();
  return initial_lr_times(std::pow(gamma_, static_cast<double>(passed)));
}
std::vector<LRScheduler::Field> MultiStepLR::fields() {
  auto out = LRScheduler::fields();
  out.push_back({.name = "milestones", .integers = &milestones_});
  out.push_back({.name = "gamma", .real = &gamma_});
  return out;
}

ConstantLR::ConstantLR(Optimizer& optimizer, const ConstantLROptions& o)
    : LRScheduler(optimizer), factor_(o.factor), total_iters_(o.total_iters) {
  check<ValueError>(factor_ >= 0 && factor_ <= 1, "Constant multiplicative factor expected to be between 0 and 1.");
  start(o.last_epoch);
}
std::vector<Number> ConstantLR::next_lr() {
  if (last_epoch_ == 0) return present_lr_times(factor_);
  if (last_epoch_ != total_iters_) return present_lr();
  return present_lr_times(quotient(1, factor_));
}
std::vector<Number> ConstantLR::closed_form_lr() {
  return initial_lr_times(factor_ + (last_epoch_ >= total_iters_) * (1 - factor_));
}
std::vector<LRScheduler::Field> ConstantLR::fields() {
  auto out = LRScheduler::fields();
  out.push_back({.name = "factor", .real = &factor_});
  out.push_back({.name = "total_iters", .integer = &total_iters_});
  return out;
}

LinearLR::LinearLR(Optimizer& optimizer, const LinearLROptions& o)
    : LRScheduler(optimizer), start_factor_(o.start_factor), end_factor_(o.end_factor), total_iters_(o.total_iters) {
  check<ValueError>(start_factor_ > 0 && start_factor_ <= 1,
                    "Starting multiplicative factor expected to be greater than 0 and less or equal to 1.");
  check<ValueError>(end_factor_ >= 0 && end_factor_ <= 1,
                    "Ending multiplicative factor expected to be between 0 and 1.");
  start(o.last_epoch);
}
std::vector<Number> LinearLR::next_lr() {
  if (last_epoch_ == 0) return present_lr_times(start_factor_);
  if (is_initial_ || last_epoch_ > total_iters_) return present_lr();
  const double width = end_factor_ - start_factor_;
  return present_lr_times(1 + quotient(width, static_cast<double>(total_iters_) * start_factor_ +
                                                  static_cast<double>(last_epoch_ - 1) * width));
}
std::vector<Number> LinearLR::closed_form_lr() {
  const auto done = static_cast<double>(std::min(total_iters_, last_epoch_));
  return initial_lr_times(start_factor_ +
                          quotient((end_factor_ - start_factor_) * done, static_cast<double>(total_iters_)));
}
std::vector<LRScheduler::Field> LinearLR::fields() {
  auto out = LRScheduler::fields();
  out.push_back({.name = "start_factor", .real = &start_factor_});
  out.push_back({.name = "end_factor", .real = &end_factor_});
  out.push_back({.name = "total_iters", .integer = &total_iters_});
  return out;
}

ExponentialLR::ExponentialLR(Optimizer& optimizer, const ExponentialLROptions& o)
    : LRScheduler(optimizer), gamma_(o.gamma) {
  start(o.last_epoch);
}
std::vector<Number> ExponentialLR::next_lr() { return is_initial_ ? present_lr() : present_lr_times(gamma_); }
std::vector<Number> ExponentialLR::closed_form_lr() {
  return initial_lr_times(std::pow(gamma_, static_cast<double>(last_epoch_)));
}
std::vector<LRScheduler::Field> ExponentialLR::fields() {
  auto out = LRScheduler::fields();
  out.push_back({.name = "gamma", .real = &gamma_});
  return out;
}

CosineAnnealingLR::CosineAnnealingLR(Optimizer& optimizer, const CosineAnnealingLROptions& o)
    : LRScheduler(optimizer), t_max_(o.T_max), eta_min_(o.eta_min) {
  start(o.last_epoch);
}
std::vector<Number> CosineAnnealingLR::next_lr() {
  check_positive("T_max", t_max_);
  check_groups(base_lrs_.size());
  if (is_initial_) return present_lr();
  const auto t_max = static_cast<double>(t_max_), epoch = static_cast<double>(last_epoch_);
  std::vector<Number> out = present_lr();
  for (size_t i = 0; i < out.size(); ++i) {
    const double lr = out[i], range = base_lrs_[i] - eta_min_;
    if (step_count_ == 1 && last_epoch_ > 0)
      out[i] = eta_min_ + range * (1 + std::cos(epoch * pi / t_max)) / 2;
    else if ((last_epoch_ - 1 - t_max_) % (2 * t_max_) == 0)
      out[i] = lr + range * (1 - std::cos(pi / t_max)) / 2;
    else
      out[i] =
          (1 + std::cos(pi * epoch / t_max)) / (1 + std::cos(pi * (epoch - 1) / t_max)) * (lr - eta_min_) + eta_min_;
  }
  return out;
}
std::vector<Number> CosineAnnealingLR::closed_form_lr() {
  std::vector<Number> out;
  const double angle = pi * static_cast<double>(last_epoch_) / static_cast<double>(t_max_);
  for (const double base : base_lrs_) out.push_back(eta_min_ + (base - eta_min_) * (1 + std::cos(angle)) / 2);
  return out;
}
std::vector<LRScheduler::Field> CosineAnnealingLR::fields() {
  auto out = LRScheduler::fields();
  out.push_back({.name = "T_max", .integer = &t_max_});
  out.push_back({.name = "eta_min", .real = &eta_min_});
  return out;
}

}  // namespace convgrad::optim
