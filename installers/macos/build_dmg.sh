#!/bin/bash
# Makes dist/paddock-VERSION.dmg from dist/Paddock.app (python3 dev.py package). Needs macOS (hdiutil).
# Signs and notarises only where PADDOCK_SIGN_IDENTITY and PADDOCK_NOTARY_PROFILE name an identity and a stored profile.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ -d dist/Paddock.app ] || { echo "dist/Paddock.app is missing: run python3 dev.py package first" >&2; exit 1; }

version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' app/__init__.py)
image="dist/paddock-$version.dmg"
if [ -n "${PADDOCK_SIGN_IDENTITY:-}" ]; then
    codesign --force --deep --options runtime --entitlements installers/macos/entitlements.plist \
        --sign "$PADDOCK_SIGN_IDENTITY" dist/Paddock.app
fi

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cp -R dist/Paddock.app "$tree/"
ln -s /Applications "$tree/Applications"
hdiutil create -volname Paddock -srcfolder "$tree" -format UDZO -ov "$image"

if [ -n "${PADDOCK_NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$PADDOCK_NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
