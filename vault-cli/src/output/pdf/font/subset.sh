#!/bin/bash
# Makes the fonts that lie here, out of Debian's fonts-noto-core and fonts-noto-mono (2020-12-25), with pyftsubset
# of fonttools 4:   subset.sh /usr/share/fonts/truetype/noto
# What stays are the letters of the languages that are written in Latin letters, their punctuation, and who made
# and licensed the fonts.
set -euo pipefail
FROM=$1
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BASIC=U+0020-007E,U+00A0-00FF,U+0100-017F
MORE=U+018F,U+0192,U+01A0-01A1,U+01AF-01B0,U+01CD-01DC,U+01E6-01E9,U+01F4-01F5,U+01F8-01FF,U+0200-021B
MORE=$MORE,U+021E-021F,U+0226-0233,U+0237,U+0259,U+1E00-1EFF,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030
MORE=$MORE,U+2032-2033,U+2039-203A,U+2044,U+20AC,U+2116,U+2122,U+2212
for font in Sans-Regular Sans-Bold SansMono-Bold; do
  letters=$BASIC,$MORE
  [ $font = SansMono-Bold ] && letters=$BASIC
  pyftsubset "$FROM/Noto$font.ttf" --unicodes=$letters --no-hinting --layout-features='' \
    --drop-tables+=GPOS,GSUB,GDEF,STAT,MVAR,HVAR,gasp,meta,DSIG,kern --name-IDs=0,1,2,4,5,6,13,14 \
    --name-languages='*' --notdef-outline --no-glyph-names --recalc-bounds --output-file="$HERE/Noto$font.ttf"
done
