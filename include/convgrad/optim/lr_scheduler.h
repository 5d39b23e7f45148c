#pragma once
#include <convgrad/optim/optimizer.h>
#include <convgrad/required.h>

#include <functional>
#include <memory>

namespace convgrad::optim {
/// Learning rates that change while a net is trained: StepLR is optim::StepLR and optim::lr_scheduler::StepLR.
inline namespace lr_scheduler {

/// What a schedule remembers, under PyTorch's names; a single number is a list of one.
struct SchedulerState {
  OrderedDict<std::string, std::vector<double>> numbers{};
  std::vector<SchedulerState> schedulers{};  // SequentialLR's, in order
};

/// One number for all parameter groups, or one for each.
class PerGroup {
 public:
  template <class T>
  requires std::is_arithmetic_v<T> PerGroup(T all) : values_{static_cast<double>(all)} {}  // NOLINT: numbers convert
  PerGroup(std::vector<double> each) : values_(std::move(each)), each_(true) {}            // NOLINT
  PerGroup(std::initializer_list<double> each) : values_(each), each_(true) {}
  bool is_list() const { return each_; }
  const std::vector<double>& values() const { return values_; }

 private:
  std::vector<double> values_;
  bool each_ = false;
};

/// Base of the schedules that follow the number of their steps. Like torch.optim.lr_scheduler.LRScheduler.
///
///   optim::SGD optimizer(net->parameters(), {.lr = 0.1});
///   optim::StepLR schedule(optimizer, {.step_size = 30});
///   for (…) { train(); schedule.step(); }
///
/// A schedule sets "lr" in the optimizer's groups at its construction and at every step, after the optimizer's; it
/// notes "initial_lr" there. The values are computed from those before, as PyTorch does it, and are equal to its. The
/// optimizer must live longer. last_epoch: −1 at the beginning; k ≥ 0 goes on after k steps, with the optimizer's
/// loaded state (KeyError where its groups have no "initial_lr").
class CONVGRAD_API LRScheduler {
 public:
  LRScheduler(const LRScheduler&) = delete;
  LRScheduler& operator=(const LRScheduler&) = delete;
  virtual ~LRScheduler();

  /// On to the next epoch.
  virtual void step();
  /// To this epoch, computed directly where there is a formula.
  void step(int64_t epoch);
  /// The learning rates of the groups.
  const std::vector<double>& get_last_lr() const { return last_lr_; }
  int64_t last_epoch() const { return last_epoch_; }
  virtual std::string name() const = 0;

  SchedulerState state_dict() const;
  /// Goes on where another schedule of its kind stood; the optimizer's state is loaded on its own. ValueError for
  /// numbers that cannot be.
  void load_state_dict(const SchedulerState& state);

 protected:
  /// A member that is remembered, and its name.
  struct Field {
    const char* name;
    double* real = nullptr;
    int64_t* integer = nullptr;
    std::vector<double>* reals = nullptr;
    std::vector<int64_t>* integers = nullptr;
  };

  explicit LRScheduler(Optimizer& optimizer) : optimizer_(optimizer) {}
  /// The end of every constructor: notes the initial rates and takes the step to epoch 0.
  void start(int64_t last_epoch);
  void initial_step();
  /// The next rates, from the present ones.
  virtual std::vector<Number> next_lr() = 0;
  /// The rates of last_epoch() from the initial ones; as next_lr where there is no formula.
  virtual std::vector<Number> closed_form_lr() { return next_lr(); }
  virtual std::vector<Field> fields();
  virtual std::vector<LRScheduler*> parts() const { return {}; }

  // for those who write next_lr
  /// ValueError unless the optimizer has as many groups as are known.
  void check_groups(size_t known) const;
  std::vector<Number> present_lr() const;
  std::vector<Number> present_lr_times(double factor) const;
  std::vector<Number> initial_lr_times(double factor) const;

  Optimizer& optimizer_;
  std::vector<double> base_lrs_{}, last_lr_{};
  int64_t last_epoch_ = -1, step_count_ = 0;
  bool is_initial_ = false;

 private:
  friend class SequentialLR;
  void update_lr(std::optional<int64_t> epoch);
};

struct LambdaLROptions {
  int64_t last_epoch = -1;
};
/// The initial rate times f(epoch); one function for all groups, or one for each (ValueError for another number of
/// them). Like torch.optim.lr_scheduler.LambdaLR.
class CONVGRAD_API LambdaLR : public LRScheduler {
 public:
  using Lambda = std::function<double(int64_t epoch)>;
  LambdaLR(Optimizer& optimizer, Lambda lr_lambda, const LambdaLROptions& options = {});
  LambdaLR(Optimizer& optimizer, std::vector<Lambda> lr_lambdas, const LambdaLROptions& options = {});
  std::string name() const override { return "LambdaLR"; }

 protected:
  std::vector<Number> next_lr() override;

 private:
  std::vector<Lambda> lambdas_;
};

struct StepLROptions {
  Required<int64_t, struct step_size> step_size;  // epochs
  double gamma = 0.1;
  int64_t last_epoch = -1;
};
/// Times gamma every step_size epochs. ValueError for step_size < 1. Like torch.optim.lr_scheduler.StepLR.
class CONVGRAD_API StepLR : public LRScheduler {
 public:
  StepLR(Optimizer& optimizer, const StepLROptions& options);
  std::string name() const override { return "StepLR"; }

 protected:
  std::vector<Number> next_lr() override;
  std::vector<Number> closed_form_lr() override;
  std::vector<Field> fields() override;

 private:
  int64_t step_size_;
  double gamma_;
};

struct MultiStepLROptions {
  Required<std::vector<int64_t>, struct milestones> milestones;  // epochs, in any order; twice: gamma²
  double gamma = 0.1;
  int64_t last_epoch = -1;
};
/// Times gamma at each milestone. Like torch.optim.lr_scheduler.MultiStepLR.
class CONVGRAD_API MultiStepLR : public LRScheduler {
 public:
  MultiStepLR(Optimizer& optimizer, const MultiStepLROptions& options);
  std::string name() const override { return "MultiStepLR"; }

 protected:
  std::vector<Number> next_lr() override;
  std::vector<Number> closed_form_lr() override;
  std::vector<Field> fields() override;

 private:
  std::vector<int64_t> milestones_;
  double gamma_;
};

struct ConstantLROptions {
  double factor = 1.0 / 3;
  int64_t total_iters = 5;
  int64_t last_epoch = -1;
};
/// Times factor for total_iters epochs, then the whole rate. ValueError unless 0 ≤ factor ≤ 1.
/// Like torch.optim.lr_scheduler.ConstantLR.
class CONVGRAD_API ConstantLR : public LRScheduler {
 public:
  explicit ConstantLR(Optimizer& optimizer, const ConstantLROptions& options = {});
  std::string name() const override { return "ConstantLR"; }

 protected:
  std::vector<Number> next_lr() override;
  std::vector<Number> closed_form_lr() override;
  std::vector<Field> fields() override;

 private:
  double factor_;
  int64_t total_iters_;
};

struct LinearLROptions {
  double start_factor = 1.0 / 3;
  double end_factor = 1;
  int64_t total_iters = 5;
  int64_t last_epoch = -1;
};
/// Times a factor that goes evenly from start_factor to end_factor in total_iters epochs: warming up. ValueError unless
/// 0 < start_factor ≤ 1 and 0 ≤ end_factor ≤ 1. Like torch.optim.lr_scheduler.LinearLR.
class CONVGRAD_API LinearLR : public LRScheduler {
 public:
  explicit LinearLR(Optimizer& optimizer, const LinearLROptions& options = {});
  std::string name() const override { return "LinearLR"; }

 protected:
  std::vector<Number> next_lr() override;
  std::vector<Number> closed_form_lr() override;
  std::vector<Field> fields() override;

 private:
  double start_factor_, end_factor_;
  int64_t total_iters_;
};

struct ExponentialLROptions {
  Required<double, struct gamma> gamma;
  int64_t last_epoch = -1;
};
/// Times gamma every epoch. Like torch.optim.lr_scheduler.ExponentialLR.
class CONVGRAD_API ExponentialLR : public LRScheduler {
 public:
  ExponentialLR(Optimizer& optimizer, const ExponentialLROptions& options);
  std::string name() const override { return "ExponentialLR"; }

 protected:
  std::vector<Number> next_lr() override;
  std::vector<Number> closed_form_lr() override;
  std::vector<Field> fields() override;

 private:
  double gamma_;
};

struct CosineAnnealingLROptions {
  Required<int64_t, struct T_max> T_max;  // epochs from the initial rate to eta_min
  double eta_min = 0;
  int64_t last_epoch = -1;
};
/// Half a cosine from the initial rate down to eta_min in T_max epochs, then up again. ValueError for T_max < 1.
/// Like torch.optim.lr_scheduler.CosineAnnealingLR.
class CONVGRAD_API CosineAnnealingLR : public LRScheduler {
 public:
  CosineAnnealingLR(Optimizer& optimizer, const CosineAnnealingLROptions& options);
  std::string name() const override { return "CosineAnnealingLR"; }

 protected:
  std::vector<Number> next_lr() override;
  std::vector<Number> closed_form_lr() override;
  std::vector<Field> fields() override;

 private:
  int64_t t_max_;
  double eta_min_;
};

struct OneCycleLROptions {
  Required<PerGroup, struct max_lr> max_lr;
  std::optional<int64_t> total_steps{};  // or both of the next
  std::optional<int64_t> epochs{}, steps_per_epoch{};
  double pct_start = 0.3;               // the share of the steps in which the rate grows
  std::string anneal_strategy = "cos";  // or "linear"
  bool cycle_momentum = true;           // "momentum", or the first of "betas", goes the other way
  PerGroup base_momentum = 0.85;
  PerGroup max_momentum = 0.95;
  double div_factor = 25;         // the first rate: max_lr / div_factor
  double final_div_factor = 1e4;  // the last one: the first / final_div_factor
  bool three_phase = false;       // back to the first rate before the descent to the last
  int64_t last_epoch = -1;
};
/// From a small rate up to max_lr and down to almost nothing (Smith & Topin 2017); step it after every batch.
/// Errors (ValueError): no number of steps, values out of range, an optimizer without momentum, more steps than there
/// are. Like torch.optim.lr_scheduler.OneCycleLR.
class CONVGRAD_API OneCycleLR : public LRScheduler {
 public:
  OneCycleLR(Optimizer& optimizer, const OneCycleLROptions& options);
  std::string name() const override { return "OneCycleLR"; }

 protected:
  std::vector<Number> next_lr() override;
  std::vector<Field> fields() override;

 private:
  struct Phase {
    double end_step;
    const char *start_lr, *end_lr, *start_momentum, *end_momentum;
  };
  void set_momentum(ParamGroup& group, double value) const;
  double annealed(double start, double end, double share) const;

  std::vector<Phase> phases_{};
  int64_t total_steps_ = 0;
  bool cosine_ = true, cycle_momentum_ = true;
};

struct SequentialLROptions {
  Required<std::vector<int64_t>, struct milestones> milestones;  // where the next schedule begins; ascending
  int64_t last_epoch = -1;
};
/// One schedule after another, each from its own beginning. Errors (ValueError): no schedule, one of another optimizer,
/// a number of milestones that is not one less than theirs. Like torch.optim.lr_scheduler.SequentialLR.
///
///   optim::SequentialLR schedule(optimizer, {std::make_shared<optim::LinearLR>(optimizer),
///                                            std::make_shared<optim::ExponentialLR>(optimizer, …)}, {.milestones =
///                                            {5}});
class CONVGRAD_API SequentialLR : public LRScheduler {
 public:
  SequentialLR(Optimizer& optimizer, std::vector<std::shared_ptr<LRScheduler>> schedulers,
               const SequentialLROptions& options);
  using LRScheduler::step;
  void step() override;
  std::string name() const override { return "SequentialLR"; }

 protected:
  std::vector<Number> next_lr() override;
  std::vector<Field> fields() override;
  std::vector<LRScheduler*> parts() const override;

 private:
  LRScheduler& active() const;
  void undo();

  std::vector<std::shared_ptr<LRScheduler>> schedulers_;
  std::vector<int64_t> milestones_;
};

struct ReduceLROnPlateauOptions {
  std::string mode = "min";  // smaller is better; or "max"
  double factor = 0.1;
  int64_t patience = 10;  // epochs without progress that are borne
  double threshold = 1e-4;
  std::string threshold_mode = "rel";  // progress is a share of the best; or "abs"
  int64_t cooldown = 0;                // epochs after a reduction that are not counted
  PerGroup min_lr = 0;
  double eps = 1e-8;  // smaller changes are not made
};
/// Times factor when a number stops to get better: step(validation_loss) after each epoch. Errors (ValueError):
/// factor ≥ 1, other words for the modes, a list of another length. Like torch.optim.lr_scheduler.ReduceLROnPlateau.
class CONVGRAD_API ReduceLROnPlateau {
 public:
  explicit ReduceLROnPlateau(Optimizer& optimizer, const ReduceLROnPlateauOptions& options = {});
  void step(double metrics);
  const std::vector<double>& get_last_lr() const { return last_lr_; }
  int64_t last_epoch() const { return last_epoch_; }
  double best() const { return best_; }
  int64_t num_bad_epochs() const { return num_bad_epochs_; }
  bool in_cooldown() const { return cooldown_counter_ > 0; }

  SchedulerState state_dict() const;
  void load_state_dict(const SchedulerState& state);

 private:
  bool is_better(double value) const;
  void reduce_lr();

  Optimizer& optimizer_;
  ReduceLROnPlateauOptions options_;
  std::vector<double> min_lrs_, last_lr_{};
  double best_;
  int64_t last_epoch_ = 0, num_bad_epochs_ = 0, cooldown_counter_ = 0;
};

}  // namespace lr_scheduler
}  // namespace convgrad::optim
