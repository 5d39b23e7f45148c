#pragma once
#include <convgrad/ops/conv_options.h>
#include <convgrad/tensor.h>

namespace convgrad {

/// A sparse matrix by compressed rows: row r holds values[crow_indices[r] … crow_indices[r + 1]) in the columns
/// col_indices[…], ascending. Indices are int64. The parts of torch.sparse_csr_tensor.
struct CsrMatrix {
  Tensor crow_indices, col_indices, values;
  int64_t rows = 0, columns = 0;
};

/// The matrix of a convolution of one or two axes, for an input of these spatial sizes:
///
///   conv(x).flatten() = matrix · x.flatten(),  x of one sample, in C order
///
/// weight: (K, C/groups, kernel…). Result: (K·out…, C·in…), of weight's type; differentiable by weight. All options of
/// conv1d and conv2d. Its transpose is the matrix of the transposed convolution. Errors: those of the convolution.
CONVGRAD_API Tensor conv_matrix(const Tensor& weight, const AxisValues& input_size, const ConvOptions& options = {});

/// The same, sparse: only cells that some tap of the kernel touches are stored, zeros of the weight included.
CONVGRAD_API CsrMatrix conv_matrix_csr(const Tensor& weight, const AxisValues& input_size,
                                       const ConvOptions& options = {});

}  // namespace convgrad
