// SPDX-License-Identifier: GPL-2.0-or-later
#include "drawing/export.h"

#include <QBuffer>
#include <QImage>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

namespace lvs::view {

namespace {

void paintOn(QPaintDevice& device, QWidget& screen) {
  QPainter painter(&device);
  screen.render(&painter, {}, {}, QWidget::DrawWindowBackground | QWidget::DrawChildren);
}

}  // namespace

bool exportScreen(QWidget& screen, const QString& path, QString& error) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  const QSize size = screen.size();
  if (path.endsWith(".svg", Qt::CaseInsensitive)) {
    QSvgGenerator svg;
    svg.setOutputDevice(&buffer);
    svg.setSize(size);
    svg.setViewBox(QRect({0, 0}, size));
    svg.setTitle("lvs-visualizer");
    paintOn(svg, screen);
  } else if (path.endsWith(".pdf", Qt::CaseInsensitive)) {
    QPdfWriter pdf(&buffer);
    constexpr int kDpi = 96;
    pdf.setResolution(kDpi);
    pdf.setPageMargins({});
    pdf.setPageSize(QPageSize(QSizeF(size) * 72.0 / kDpi, QPageSize::Point, {}, QPageSize::ExactMatch));
    pdf.setTitle("lvs-visualizer");
    paintOn(pdf, screen);
  } else if (path.endsWith(".png", Qt::CaseInsensitive)) {
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::white);
    paintOn(image, screen);
    image.save(&buffer, "PNG");
  } else {
    error = path + ": the name must end in .png, .svg or .pdf";
    return false;
  }
  QSaveFile file(path);
  if (bytes.isEmpty() || !file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
    error = path + ": " + (file.errorString().isEmpty() ? QString("cannot be drawn") : file.errorString());
    return false;
  }
  return true;
}

}  // namespace lvs::view
