// data/: the loader, pictures and transforms that run in C++ alone.
#include <convgrad/data/augment.h>
#include <convgrad/data/data_loader.h>
#include <convgrad/data/image_dataset.h>
#include <convgrad/data/samplers.h>
#include <convgrad/data/transforms.h>
#include <convgrad/io/idx.h>
#include <convgrad/io/png.h>
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "classes.h"
#include "types.h"

namespace convgrad::python {

namespace nb = nanobind;
using namespace nb::literals;
namespace transforms = data::transforms;

namespace {

/// Steps as Python names them: ("resize", [32]), ("to_tensor",), ("normalize", [0.5], [0.5]).
transforms::Transform compiled(nb::list steps) {
  std::vector<transforms::Transform> out;
  for (nb::handle entry : steps) {
    const nb::tuple step = nb::cast<nb::tuple>(entry);
    const std::string name = nb::cast<std::string>(step[0]);
    if (name == "resize")
      out.push_back(transforms::Resize(nb::cast<std::vector<int64_t>>(step[1])));
    else if (name == "center_crop")
      out.push_back(transforms::CenterCrop(nb::cast<std::vector<int64_t>>(step[1])));
    else if (name == "to_tensor")
      out.push_back(transforms::ToTensor());
    else if (name == "normalize")
      out.push_back(
          transforms::Normalize(nb::cast<std::vector<double>>(step[1]), nb::cast<std::vector<double>>(step[2])));
    else
      throw ValueError("unknown step " + name);
  }
  return out.empty() ? transforms::Transform() : transforms::Transform(transforms::Compose(std::move(out)));
}

/// One pass over a loader, as Python iterates: the batch is made (or waited for) without the lock.
class Epoch {
 public:
  Epoch(std::shared_ptr<const data::Dataset> dataset, data::DataLoaderOptions options)
      : loader_(std::move(dataset), std::move(options)), length_(loader_.size()) {}

  nb::object next() {
    std::optional<data::Example> batch;
    {
      const Unlocked unlocked;
      if (!iterator_)
        iterator_.emplace(loader_.begin());
      else if (*iterator_ != std::default_sentinel)
        ++*iterator_;
      if (*iterator_ != std::default_sentinel) batch = std::move(**iterator_);
    }
    if (!batch) throw nb::stop_iteration();
    nb::list out;
    out.append(nb::steal(wrap(std::move(batch->data))));
    if (batch->target.defined()) out.append(nb::steal(wrap(std::move(batch->target))));
    return out;
  }
  int64_t size() const { return length_; }
  ~Epoch() {
    const Unlocked unlocked;  // the workers end without it
    iterator_.reset();
  }

 private:
  data::DataLoader loader_;
  int64_t length_;
  std::optional<data::DataLoader::Iterator> iterator_;
};

}  // namespace

void make_loader(nb::module_& module) {
  nb::module_ m = module.def_submodule("_data");
  nb::class_<data::Dataset>(m, "Dataset").def("__len__", &data::Dataset::size);
  nb::class_<data::datasets::ImageDataset, data::Dataset>(m, "ImageDataset")
      .def(
          "__init__",
          [](data::datasets::ImageDataset* self, Tensor images, Tensor targets, std::vector<std::string> classes,
             nb::list steps) {
            new (self) data::datasets::ImageDataset(images, targets, std::move(classes), compiled(steps));
          },
          "images"_a, "targets"_a, "classes"_a, "steps"_a);
  nb::class_<Epoch>(m, "Epoch")
      .def(
          "__init__",
          [](Epoch* self, std::shared_ptr<data::Dataset> dataset, int64_t batch_size, bool shuffle, int64_t workers,
             bool drop_last, int64_t prefetch, nb::object generator) {
            data::DataLoaderOptions options{.batch_size = batch_size,
                                            .shuffle = shuffle,
                                            .workers = workers,
                                            .drop_last = drop_last,
                                            .prefetch = prefetch};
            if (!generator.is_none()) options.generator = generator_of(generator.ptr());
            new (self) Epoch(std::move(dataset), std::move(options));
          },
          "dataset"_a, "batch_size"_a, "shuffle"_a, "workers"_a, "drop_last"_a, "prefetch"_a, "generator"_a.none())
      .def("__iter__", [](nb::handle self) { return nb::borrow(self); })
      .def("__next__", &Epoch::next)
      .def("__len__", &Epoch::size);
  // One picture, uint8 of [H, W] or [C, H, W], through the same steps.
  m.def(
      "transform", [](Tensor picture, nb::list steps) { return compiled(steps)(picture); }, "picture"_a, "steps"_a);
  m.def(
      "resize_output",
      [](std::vector<int64_t> size, int64_t height, int64_t width) {
        return transforms::Resize(std::move(size)).output_size(height, width);
      },
      "size"_a, "height"_a, "width"_a);
  m.def(
      "read_idx",
      [](const std::string& path) {
        const Unlocked unlocked;
        return io::read_idx(path);
      },
      "path"_a);
  m.def(
      "read_png",
      [](const std::string& path) {
        const Unlocked unlocked;
        return io::read_png(path);
      },
      "path"_a);
  m.def(
      "find_mnist",
      [](const std::string& kind, const std::string& root, bool train) {
        data::datasets::MNISTOptions options{.root = root, .train = train};
        const data::datasets::ImageDataset dataset =
            kind == "fashion" ? data::datasets::ImageDataset(data::datasets::FashionMNIST(options))
                              : data::datasets::ImageDataset(data::datasets::MNIST(options));
        return nb::make_tuple(dataset.images(), dataset.targets(), dataset.classes());
      },
      "kind"_a, "root"_a, "train"_a);
}

}  // namespace convgrad::python
