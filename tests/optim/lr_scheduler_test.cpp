// Schedules against PyTorch's numbers at random settings.
#include "convgrad/optim/lr_scheduler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "convgrad/ops/creation.h"
#include "convgrad/optim/adam.h"
#include "convgrad/optim/sgd.h"
#include "error_text.h"
#include "places.h"

namespace convgrad::optim {
namespace {

using nlohmann::json;

const json& recorded() {
  static const json document = json::parse(std::ifstream(test::golden("schedules.json")));
  return document;
}

std::unique_ptr<Optimizer> optimizer_of(const std::string& kind = "SGD") {
  const std::vector<ParamGroup> groups{{.params = {zeros({1})}}, {.params = {zeros({1})}, .options = {{"lr", 0.037}}}};
  if (kind == "SGD") return std::make_unique<SGD>(groups, SGDOptions{.lr = 0.1, .momentum = 0.9});
  return std::make_unique<Adam>(groups, AdamOptions{.lr = 0.1});
}

PerGroup per_group(const json& value) {
  if (value.is_array()) return value.get<std::vector<double>>();
  return value.get<double>();
}

std::shared_ptr<LRScheduler> one_cycle(Optimizer& optimizer, const json& o) {
  const auto optional = [&](const char* name) {
    return o.contains(name) ? std::optional<int64_t>(o.at(name)) : std::optional<int64_t>();
  };
  OneCycleLROptions options{.max_lr = per_group(o.at("max_lr"))};
  options.total_steps = optional("total_steps");
  options.epochs = optional("epochs");
  options.steps_per_epoch = optional("steps_per_epoch");
  options.pct_start = o.value("pct_start", options.pct_start);
  options.anneal_strategy = o.value("anneal_strategy", options.anneal_strategy);
  options.cycle_momentum = o.value("cycle_momentum", true);
  if (o.contains("base_momentum")) options.base_momentum = per_group(o.at("base_momentum"));
  if (o.contains("max_momentum")) options.max_momentum = per_group(o.at("max_momentum"));
  options.div_factor = o.value("div_factor", options.div_factor);
  options.final_div_factor = o.value("final_div_factor", options.final_div_factor);
  options.three_phase = o.value("three_phase", false);
  return std::make_shared<OneCycleLR>(optimizer, options);
}

ReduceLROnPlateauOptions plateau_options(const json& o) {
  ReduceLROnPlateauOptions options;
  options.mode = o.value("mode", options.mode);
  options.factor = o.value("factor", options.factor);
  options.patience = o.value("patience", options.patience);
  options.threshold = o.value("threshold", options.threshold);
  options.threshold_mode = o.value("threshold_mode", options.threshold_mode);
  options.cooldown = o.value("cooldown", options.cooldown);
  if (o.contains("min_lr")) options.min_lr = per_group(o.at("min_lr"));
  return options;
}

std::shared_ptr<LRScheduler> make(const std::string& name, Optimizer& optimizer, const json& o) {
  if (name == "StepLR")
    return std::make_shared<StepLR>(optimizer, StepLROptions{.step_size = o.at("step_size").get<int64_t>(),
                                                             .gamma = o.value("gamma", 0.1),
                                                             .last_epoch = o.value("last_epoch", int64_t{-1})});
  if (name == "MultiStepLR")
    return std::make_shared<MultiStepLR>(
        optimizer,
        MultiStepLROptions{.milestones = o.at("milestones").get<std::vector<int64_t>>(), .gamma = o.at("gamma")});
  if (name == "ConstantLR")
    return std::make_shared<ConstantLR>(
        optimizer, ConstantLROptions{.factor = o.at("factor"), .total_iters = o.value("total_iters", int64_t{5})});
  if (name == "LinearLR")
    return std::make_shared<LinearLR>(optimizer, LinearLROptions{.start_factor = o.value("start_factor", 1.0 / 3),
                                                                 .end_factor = o.value("end_factor", 1.0),
                                                                 .total_iters = o.value("total_iters", int64_t{5})});
  if (name == "ExponentialLR")
    return std::make_shared<ExponentialLR>(optimizer, ExponentialLROptions{.gamma = o.at("gamma").get<double>()});
  if (name == "CosineAnnealingLR")
    return std::make_shared<CosineAnnealingLR>(
        optimizer, CosineAnnealingLROptions{.T_max = o.at("T_max").get<int64_t>(), .eta_min = o.value("eta_min", 0.0)});
  if (name == "OneCycleLR") return one_cycle(optimizer, o);
  const double decay = o.at("decay");
  return std::make_shared<LambdaLR>(optimizer,
                                    [decay](int64_t epoch) { return std::pow(decay, static_cast<double>(epoch)); });
}

void expect_rates(const Optimizer& optimizer, const json& want, const std::string& where) {
  for (size_t g = 0; g < want.size(); ++g)
    EXPECT_DOUBLE_EQ(optimizer.param_groups()[g].options["lr"], want[g].get<double>()) << where;
}

void expect_state(const SchedulerState& state, const json& want, const std::string& where) {
  for (const auto& [name, numbers] : want.items()) {
    const std::vector<double>* got = state.numbers.find(name);
    if (!got && where.starts_with("OneCycleLR")) continue;  // PyTorch counts its options among the state
    ASSERT_TRUE(got) << name << where;
    ASSERT_EQ(got->size(), numbers.size()) << name << where;
    for (size_t i = 0; i < got->size(); ++i) EXPECT_DOUBLE_EQ((*got)[i], numbers[i].get<double>()) << name << where;
  }
}

TEST(Schedules, GiveTheRatesOfPyTorch) {
  for (const json& test : recorded().at("schedules")) {
    const std::string where = test.at("name").get<std::string>() + test.at("options").dump();
    const auto optimizer = optimizer_of(test.at("optimizer"));
    const auto schedule = make(test.at("name"), *optimizer, test.at("options"));
    for (size_t step = 0; step < test.at("lr").size(); ++step) {
      if (step > 0) schedule->step();
      expect_rates(*optimizer, test.at("lr")[step], where + " step " + std::to_string(step));
      if (!test.contains("momentum")) continue;
      for (size_t g = 0; g < 2; ++g) {
        const OptionMap& o = optimizer->param_groups()[g].options;
        const double momentum = o.contains("betas") ? o["betas"].pair().first : o["momentum"];
        EXPECT_DOUBLE_EQ(momentum, test.at("momentum")[step][g].get<double>()) << where;
      }
    }
    expect_state(schedule->state_dict(), test.at("state"), where);
    if (!test.contains("closed")) continue;
    schedule->step(5);
    expect_rates(*optimizer, test.at("closed"), where + " epoch 5");
  }
}

TEST(Schedules, FollowOneAnother) {
  for (const json& test : recorded().at("sequences")) {
    const auto optimizer = optimizer_of();
    std::vector<std::shared_ptr<LRScheduler>> parts;
    for (const json& part : test.at("parts")) parts.push_back(make(part[0], *optimizer, part[1]));
    SequentialLR schedule(*optimizer, parts, {.milestones = test.at("milestones").get<std::vector<int64_t>>()});
    for (size_t step = 0; step < test.at("lr").size(); ++step) {
      if (step > 0) schedule.step();
      expect_rates(*optimizer, test.at("lr")[step], test.at("parts").dump() + std::to_string(step));
    }
    expect_state(schedule.state_dict(), test.at("state"), test.at("parts").dump());
  }
}

TEST(ReduceLROnPlateau, ReducesAsPyTorch) {
  for (const json& test : recorded().at("plateaus")) {
    const auto optimizer = optimizer_of();
    ReduceLROnPlateau schedule(*optimizer, plateau_options(test.at("options")));
    for (size_t i = 0; i < test.at("metrics").size(); ++i) {
      schedule.step(test.at("metrics")[i]);
      expect_rates(*optimizer, test.at("lr")[i], test.at("options").dump() + std::to_string(i));
    }
    expect_state(schedule.state_dict(), test.at("state"), test.at("options").dump());
  }
}

TEST(Schedules, RefuseWhatPyTorchRefuses) {
  for (const json& test : recorded().at("refused")) {
    const auto optimizer = optimizer_of();
    const auto call = [&] {
      if (test.at("name") == "ReduceLROnPlateau")
        ReduceLROnPlateau(*optimizer, plateau_options(test.at("options")));
      else
        make(test.at("name"), *optimizer, test.at("options"));
    };
    EXPECT_EQ(error_text<Error>(call), test.at("text")) << test.dump();
  }
}

TEST(Schedules, RefuseNumbersThatWouldDivideByZero) {
  const auto optimizer = optimizer_of();
  EXPECT_THROW(StepLR(*optimizer, {.step_size = 0}), ValueError);
  EXPECT_THROW(CosineAnnealingLR(*optimizer, {.T_max = 0}), ValueError);
  EXPECT_THROW(OneCycleLR(*optimizer, {.max_lr = 1, .total_steps = 10, .pct_start = 0.1}), Error);
  EXPECT_THROW(OneCycleLR(*optimizer, {.max_lr = 1, .total_steps = 10, .div_factor = 0}), Error);
  ConstantLR none(*optimizer, {.factor = 0, .total_iters = 1});
  EXPECT_THROW(none.step(), Error);
}

TEST(Schedules, RefuseToGoOnBehindTheEnd) {
  const auto optimizer = optimizer_of();
  OneCycleLR schedule(*optimizer, {.max_lr = 1, .total_steps = 3, .pct_start = 0.5});
  for (int i = 0; i < 3; ++i) schedule.step();
  EXPECT_EQ(error_text<ValueError>([&] { schedule.step(); }),
            "Tried to step 4 times. The specified number of total steps is 3");
  EXPECT_EQ(schedule.last_epoch(), 3);
}

TEST(Schedules, RefuseOptimizersWithoutMomentum) {
  struct Plain : Optimizer {
    Plain() : Optimizer("Plain", {{"lr", 0.1}}) { add_param_groups({{.params = {zeros({1})}}}); }
    void check_options(const OptionMap&) const override {}
    void update(const ParamGroup&) override {}
  };
  Plain optimizer;
  EXPECT_EQ(error_text<ValueError>([&] { OneCycleLR(optimizer, {.max_lr = 1, .total_steps = 9}); }),
            "optimizer must support momentum or beta1 with `cycle_momentum` option enabled");
  OneCycleLR schedule(optimizer, {.max_lr = 1, .total_steps = 9, .cycle_momentum = false});
  schedule.step();
}

TEST(Schedules, RefuseSequencesThatDoNotFit) {
  const auto optimizer = optimizer_of(), other = optimizer_of("Adam");
  const auto step = [](Optimizer& o) { return std::make_shared<StepLR>(o, StepLROptions{.step_size = 2}); };
  EXPECT_EQ(error_text<ValueError>([&] { SequentialLR(*optimizer, {}, {.milestones = std::vector<int64_t>{}}); }),
            "SequentialLR expects at least one scheduler, but got no scheduler.");
  EXPECT_EQ(error_text<ValueError>(
                [&] { SequentialLR(*optimizer, {step(*optimizer)}, {.milestones = std::vector<int64_t>{3}}); }),
            "Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone "
            "points, but got number of schedulers 1 and the number of milestones to be equal to 1");
  EXPECT_EQ(error_text<ValueError>([&] {
              SequentialLR(*other, {step(*optimizer)}, {.milestones = std::vector<int64_t>{}});
            }).substr(0, 128),
            "SequentialLR expects all schedulers to belong to the same optimizer, but got scheduler StepLR at index 0 "
            "has SGD (\nParameter Gro");
  EXPECT_THROW(SequentialLR(*optimizer, {nullptr}, {.milestones = std::vector<int64_t>{}}), TypeError);
}

TEST(Schedules, TakeOneFunctionForEachGroup) {
  const auto optimizer = optimizer_of();
  LambdaLR schedule(*optimizer,
                    std::vector<LambdaLR::Lambda>{[](int64_t) { return 1.0; }, [](int64_t e) { return e * 2.0; }});
  schedule.step();
  expect_rates(*optimizer, {0.1, 0.037 * 2}, "");
  EXPECT_EQ(
      error_text<ValueError>([&] { LambdaLR(*optimizer, std::vector<LambdaLR::Lambda>{[](int64_t) { return 1.0; }}); }),
      "Expected 2 lr_lambdas, but got 1");
}

TEST(Schedules, GoOnFromTheirState) {
  for (const json& test : recorded().at("schedules")) {
    const auto whole = optimizer_of(test.at("optimizer")), second = optimizer_of(test.at("optimizer"));
    const auto unbroken = make(test.at("name"), *whole, test.at("options"));
    for (int i = 0; i < 7; ++i) unbroken->step();
    const auto resumed = make(test.at("name"), *second, test.at("options"));
    second->load_state_dict(whole->state_dict());
    resumed->load_state_dict(unbroken->state_dict());
    for (int i = 0; i < 7; ++i) unbroken->step(), resumed->step();
    EXPECT_EQ(unbroken->get_last_lr(), resumed->get_last_lr()) << test.at("name");
    EXPECT_EQ(whole->str(), second->str()) << test.at("name");
  }
}

TEST(Schedules, GoOnAfterGivenSteps) {
  const auto optimizer = optimizer_of();
  StepLR first(*optimizer, {.step_size = 2});
  for (int i = 0; i < 3; ++i) first.step();
  StepLR second(*optimizer, {.step_size = 2, .last_epoch = 2});
  EXPECT_EQ(second.last_epoch(), 3);
  EXPECT_EQ(second.get_last_lr(), first.get_last_lr());
}

TEST(Schedules, RefuseStatesThatCannotBe) {
  const auto optimizer = optimizer_of();
  StepLR schedule(*optimizer, {.step_size = 2});
  const auto refuses = [&](const char* name, std::vector<double> value) {
    SchedulerState state = schedule.state_dict();
    state.numbers[name] = std::move(value);
    EXPECT_THROW(schedule.load_state_dict(state), ValueError) << name;
  };
  refuses("last_epoch", {0.5});
  refuses("last_epoch", {NAN});
  refuses("gamma", {});
  refuses("step_size", {1, 2});
  SchedulerState state = schedule.state_dict();
  state.schedulers.push_back(state);
  EXPECT_THROW(schedule.load_state_dict(state), ValueError);
  state = schedule.state_dict();
  state.numbers["step_size"] = {0};
  schedule.load_state_dict(state);
  EXPECT_THROW(schedule.step(), ValueError);
}

TEST(Schedules, ShowInTheOptimizer) {
  const auto optimizer = optimizer_of();
  const OptimizerState before = optimizer->state_dict();
  StepLR schedule(*optimizer, {.step_size = 2});
  EXPECT_NE(optimizer->str().find("initial_lr: 0.1"), std::string::npos);
  const auto other = optimizer_of();
  other->load_state_dict(optimizer->state_dict());
  StepLR resumed(*other, {.step_size = 2, .last_epoch = 0});  // finds initial_lr in the loaded groups
  EXPECT_EQ(resumed.last_epoch(), 1);
}

}  // namespace
}  // namespace convgrad::optim
