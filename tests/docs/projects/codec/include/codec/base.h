typedef unsigned short codec_number;
