#!/bin/bash
# Makes dist/paddock_VERSION_ARCH.deb from dist/paddock (python3 dev.py package). Needs dpkg-deb.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ -x dist/paddock/paddock ] || { echo "dist/paddock is missing: run python3 dev.py package first" >&2; exit 1; }

version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' app/__init__.py)
architecture=$(dpkg --print-architecture)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"

mkdir -p "$tree/opt" "$tree/usr/bin" "$tree/usr/share/applications" "$tree/usr/share/doc/paddock" "$tree/DEBIAN"
cp -a dist/paddock "$tree/opt/paddock"
ln -s /opt/paddock/paddock "$tree/usr/bin/paddock"
cp LICENSE "$tree/usr/share/doc/paddock/copyright"
cp installers/linux/paddock.desktop "$tree/usr/share/applications/"

cat > "$tree/DEBIAN/control" << CONTROL
Package: paddock
Version: $version
Architecture: $architecture
Maintainer: The Paddock authors <paddock@localhost>
Section: science
Priority: optional
Installed-Size: $(du -sk "$tree/opt" | cut -f1)
Depends: libc6 (>= 2.34), libegl1, libgl1, libxkbcommon0, libxkbcommon-x11-0, libxcb-cursor0, libxcb-icccm4, libxcb-keysyms1, libxcb-image0, libxcb-render-util0, libxcb-shape0, libxcb-xkb1, libdbus-1-3, libfontconfig1, libglib2.0-0 | libglib2.0-0t64
Description: desktop home for local Llama systems
 Chat with language models that run on your own machine, and serve them to other programs on it.
CONTROL

dpkg-deb --root-owner-group -Zzstd -z10 --build "$tree" "dist/paddock_${version}_${architecture}.deb"
