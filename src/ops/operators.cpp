// Tensor's arithmetic members and operators, in terms of the functions.
#include "convgrad/ops/pointwise.h"

namespace convgrad {

Tensor Tensor::add(const Tensor& other, Scalar alpha) const { return convgrad::add(*this, other, alpha); }
Tensor Tensor::add(Scalar other, Scalar alpha) const { return convgrad::add(*this, other, alpha); }
Tensor Tensor::sub(const Tensor& other, Scalar alpha) const { return convgrad::sub(*this, other, alpha); }
Tensor Tensor::sub(Scalar other, Scalar alpha) const { return convgrad::sub(*this, other, alpha); }
Tensor Tensor::mul(const Tensor& other) const { return convgrad::mul(*this, other); }
Tensor Tensor::mul(Scalar other) const { return convgrad::mul(*this, other); }
Tensor Tensor::div(const Tensor& other) const { return convgrad::div(*this, other); }
Tensor Tensor::div(Scalar other) const { return convgrad::div(*this, other); }
Tensor Tensor::div(const Tensor& other, const std::string& mode) const { return convgrad::div(*this, other, mode); }
Tensor Tensor::floor_divide(const Tensor& other) const { return convgrad::floor_divide(*this, other); }
Tensor Tensor::remainder(const Tensor& other) const { return convgrad::remainder(*this, other); }
Tensor Tensor::remainder(Scalar other) const { return convgrad::remainder(*this, other); }
Tensor Tensor::fmod(const Tensor& other) const { return convgrad::fmod(*this, other); }
Tensor Tensor::neg() const { return convgrad::neg(*this); }

Tensor operator+(const Tensor& a, const Tensor& b) { return add(a, b); }
Tensor operator+(const Tensor& a, Scalar b) { return add(a, b); }
Tensor operator+(Scalar a, const Tensor& b) { return add(b, a); }
Tensor operator-(const Tensor& a, const Tensor& b) { return sub(a, b); }
Tensor operator-(const Tensor& a, Scalar b) { return sub(a, b); }
Tensor operator-(Scalar a, const Tensor& b) { return rsub(b, a); }
Tensor operator*(const Tensor& a, const Tensor& b) { return mul(a, b); }
Tensor operator*(const Tensor& a, Scalar b) { return mul(a, b); }
Tensor operator*(Scalar a, const Tensor& b) { return mul(b, a); }
Tensor operator/(const Tensor& a, const Tensor& b) { return div(a, b); }
Tensor operator/(const Tensor& a, Scalar b) { return div(a, b); }
Tensor operator/(Scalar a, const Tensor& b) { return mul(reciprocal(b), a); }
Tensor operator%(const Tensor& a, const Tensor& b) { return remainder(a, b); }
Tensor operator%(const Tensor& a, Scalar b) { return remainder(a, b); }
Tensor operator%(Scalar a, const Tensor& b) { return remainder(a, b); }
Tensor operator-(const Tensor& a) { return neg(a); }
Tensor& operator+=(Tensor& a, const Tensor& b) { return a.add_(b); }
Tensor& operator+=(Tensor& a, Scalar b) { return a.add_(b); }
Tensor& operator-=(Tensor& a, const Tensor& b) { return a.sub_(b); }
Tensor& operator-=(Tensor& a, Scalar b) { return a.sub_(b); }
Tensor& operator*=(Tensor& a, const Tensor& b) { return a.mul_(b); }
Tensor& operator*=(Tensor& a, Scalar b) { return a.mul_(b); }
Tensor& operator/=(Tensor& a, const Tensor& b) { return a.div_(b); }
Tensor& operator/=(Tensor& a, Scalar b) { return a.div_(b); }

}  // namespace convgrad
